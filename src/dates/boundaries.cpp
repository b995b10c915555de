#include "dates/boundaries.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace gaoler::dates {
namespace {

// Not inside a word: the date begins no later than the word it stands in, and ends with it.
constexpr std::string_view kWordBoundary = R"((?!\B\w))";
constexpr std::string_view kNearLineBegin = R"(^\W{0,2})";

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool escaped(std::string_view text, size_t at) {
  return at > 0 && text[at - 1] == '\\';
}

// The length of inline flags such as "(?iu)" at the beginning of a text; 0 if there are none.
size_t flags_length(std::string_view text) {
  if (!text.starts_with("(?")) return 0;
  size_t end = 2;
  while (end < text.size() && is_word(text[end])) ++end;
  return end > 2 && end < text.size() && text[end] == ')' ? end + 1 : 0;
}

std::string_view without_flags(std::string_view text) {
  return text.substr(flags_length(text));
}

std::string_view without_openers(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of('('), text.size()));
}

// Flags may stand inside opening parentheses, whose last one is then theirs.
std::string_view without_openers_and_flags(std::string_view text) {
  const std::string_view rest = without_openers(text);
  if (rest.size() == text.size()) return rest;
  const std::string_view from_last = text.substr(text.size() - rest.size() - 1);
  const size_t flags = flags_length(from_last);
  return flags == 0 ? rest : from_last.substr(flags);
}

bool begins_bound(std::string_view regex) {
  std::string_view rest = without_openers_and_flags(regex);
  if (rest.starts_with("^") || rest.starts_with("?:^")) return true;
  if (without_openers(rest).starts_with("**")) return true;
  return rest.starts_with("(^") || rest.starts_with("(?:^");
}

// Where the "**" of the end begins; npos if there is none. Closing parentheses may follow it.
size_t end_stars(std::string_view regex) {
  const std::string_view head = base::trim_right(regex, ")");
  if (!head.ends_with("**") || escaped(head, head.size() - 2)) return std::string_view::npos;
  return head.size() - 2;
}

bool ends_bound(std::string_view regex) {
  for (const std::string_view mark : {"$", "$)", "\\b", "\\s"}) {
    if (regex.ends_with(mark) && !escaped(regex, regex.size() - mark.size())) return true;
  }
  return end_stars(regex) != std::string_view::npos;
}

bool is_line_begin(std::string_view regex) {
  std::string_view rest = without_flags(regex);
  if (rest.starts_with("^")) return true;
  if (!rest.starts_with("(")) return false;
  rest.remove_prefix(rest.starts_with("(?:") ? 3 : 1);
  return rest.starts_with("^") && !rest.starts_with("^|");
}

bool is_line_end(std::string_view regex) {
  for (const std::string_view mark : {"$", "$)"}) {
    if (!regex.ends_with(mark)) continue;
    const size_t at = regex.size() - mark.size();
    if (at == 0 || (regex[at - 1] != '\\' && regex[at - 1] != '|')) return true;
  }
  return false;
}

// The first flags wherever they stand; they are put in front of everything at last.
std::string cut_flags(std::string& regex) {
  for (size_t at = regex.find("(?"); at != std::string::npos; at = regex.find("(?", at + 1)) {
    size_t end = at + 2;
    while (end < regex.size() && regex[end] >= 'a' && regex[end] <= 'z') ++end;
    if (end == at + 2 || end == regex.size() || regex[end] != ')') continue;
    std::string flags = regex.substr(at, end + 1 - at);
    regex.erase(at, flags.size());
    return flags;
  }
  return {};
}

// ^ and $ stay outside of the group.
std::string grouped(std::string_view regex) {
  size_t begin = flags_length(regex);
  if (regex.substr(begin).starts_with("^")) {
    ++begin;
    begin += flags_length(regex.substr(begin));
  }
  const size_t end = regex.size() - (regex.size() > begin && regex.ends_with("$") ? 1 : 0);
  return std::string(regex.substr(0, begin)) + "(" + std::string(regex.substr(begin, end - begin)) +
         ")" + std::string(regex.substr(end));
}

void cut_stars(std::string& regex) {
  const size_t front = regex.size() - without_openers(without_openers_and_flags(regex)).size();
  if (regex.compare(front, 2, "**") == 0) regex.erase(front, 2);
  const size_t end = end_stars(regex);
  if (end != std::string::npos) regex.erase(end, 2);
}

}  // namespace

bool lacks_group(std::string_view regex) {
  for (size_t at = regex.find('('); at != std::string_view::npos; at = regex.find('(', at + 1)) {
    const bool special = at + 1 < regex.size() && regex[at + 1] == '?';
    const bool condition = at >= 2 && regex.substr(at - 2, 2) == "(?";
    if (!special && !condition && !escaped(regex, at)) return false;
  }
  return true;
}

Bounded put_boundaries(std::string regex, Boundaries wanted) {
  regex = base::trim(regex);
  const std::string flags = cut_flags(regex);
  const bool begin = wanted.begin != Boundaries::Begin::none && !begins_bound(regex);
  const bool end = wanted.end && !ends_bound(regex);
  if (lacks_group(regex)) regex = grouped(regex);

  Bounded out;
  out.moved_to_line_begin = begin && wanted.begin == Boundaries::Begin::line;
  out.at_line_begin = out.moved_to_line_begin || (!begin && is_line_begin(regex));
  out.at_line_end = !end && is_line_end(regex);
  cut_stars(regex);
  out.regex = flags;
  if (begin) out.regex += out.moved_to_line_begin ? kNearLineBegin : kWordBoundary;
  out.regex += regex;
  if (end) out.regex += kWordBoundary;
  return out;
}

}  // namespace gaoler::dates
