#include "filter/matched_lines.h"

#include <algorithm>

namespace gaoler::filter {
namespace {

size_t count_newlines(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Skipped text always ends with the newline of its last line.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

size_t start_of_first_line(std::string_view subject, size_t match_begin) {
  size_t newline = subject.substr(0, match_begin + 1).rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

size_t end_of_last_line(std::string_view subject, size_t match_end) {
  // An empty match at the very start counts as one up to the end, as fail2ban's index -1 does.
  size_t newline = match_end == 0 ? std::string_view::npos : subject.find('\n', match_end - 1);
  return newline == std::string_view::npos ? subject.size() : newline + 1;
}

}  // namespace

std::string join_undated(const std::vector<MatchedLine>& lines) {
  std::string text;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += '\n';
    text += lines[i].before;
    text += lines[i].after;
  }
  text += '\n';
  return text;
}

MatchedLines split_by_match(const std::vector<MatchedLine>& lines, std::string_view subject,
                            regex::Span whole, std::string_view skipped) {
  if (lines.size() <= 1) return {lines, {}};
  size_t first = count_newlines(subject.substr(0, start_of_first_line(subject, whole.begin)));
  size_t behind = count_newlines(subject.substr(0, end_of_last_line(subject, whole.end)));
  first = std::min(first, lines.size());
  behind = std::clamp(behind, first, lines.size());

  auto at = [&lines](size_t i) { return lines.begin() + static_cast<std::ptrdiff_t>(i); };
  MatchedLines result{{at(first), at(behind)}, {lines.begin(), at(first)}};
  auto from = result.matched.begin();
  for (std::string_view text : lines_of(skipped)) {
    auto found = std::find_if(from, result.matched.end(),
                              [text](const MatchedLine& line) { return line.undated() == text; });
    if (found == result.matched.end()) continue;
    result.rest.push_back(std::move(*found));
    from = result.matched.erase(found);
  }
  result.rest.insert(result.rest.end(), at(behind), lines.end());
  return result;
}

}  // namespace gaoler::filter
