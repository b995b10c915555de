#include "cmd/regex_report.h"

#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "cmd/regex_values.h"
#include "filter/tags.h"

namespace gaoler::cmd {
namespace {

using filter::Failure;
using filter::MatchedLine;

// Texts under a header, each line behind a bar; nothing for no texts.
std::string listed(const std::vector<std::string>& texts, const std::string& header) {
  if (texts.empty()) return {};
  return (header.empty() ? "" : "|- " + header + "\n") + "|  " + base::join(texts, "\n|  ") +
         "\n`-\n";
}

// "Sun Nov 22 10:00:00 2026", local time.
std::string long_date(double time) {
  auto seconds = static_cast<std::time_t>(time);
  std::tm fields{};
  localtime_r(&seconds, &fields);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a %b %d %H:%M:%S %Y", &fields)};
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("_.-~").find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4];
      out += "0123456789ABCDEF"[byte & 15];
    }
  }
  return out;
}

std::vector<std::string> right_stripped(const std::deque<std::string>& texts) {
  std::vector<std::string> result;
  for (const std::string& text : texts) result.emplace_back(base::trim_right(text));
  return result;
}

constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kPlain = "\033[0m";

// Headings in bold: the lines that end the way "Failregex: 3 total" does.
std::string coloured(const std::string& text) {
  std::string out;
  for (std::string_view line : base::split(text, '\n')) {
    bool heading = line == "Results" || line == "=======" || line.substr(0, 7) == "Lines: " ||
                   line == "Date template hits:" ||
                   (line.size() > 6 && line.substr(line.size() - 6) == " total");
    if (!out.empty()) out += '\n';
    out +=
        heading ? std::string(kBold) + std::string(line) + std::string(kPlain) : std::string(line);
  }
  return "\n" + out;
}

}  // namespace

RegexReport::RegexReport(const RegexOptions& options, const RegexSetup& setup)
    : options_(options), setup_(setup) {
  for (const std::string& text : setup.failregexes) failregexes_.push_back({text, 0, {}});
  for (const std::string& text : setup.ignoreregexes) ignoreregexes_.push_back({text, 0, {}});
}

void RegexReport::before_line() {
  if (setup_.filter.max_lines() > 1) buffer_before_ = setup_.filter.buffered_lines();
}

void RegexReport::after_line(std::string_view line, const std::vector<Failure>& failures) {
  for (size_t number : setup_.filter.notes().ignored_by) ++ignoreregexes_[number].hits;
  size_t found = 0;
  bool ignored = count_failures(failures, found) || !setup_.filter.notes().ignored_by.empty();
  count_prefregex();
  std::vector<std::string> earlier = settle_buffered();
  std::string undated;
  if (options_.debuggex) {
    // Only lines that were matched together come without their dates, as fail2ban has it.
    if (!earlier.empty()) earlier.push_back(setup_.filter.undated_line());
    undated = earlier.empty() ? std::string(line) : base::join(earlier, "\n");
  }
  ++tested_;
  const long few = static_cast<long>(setup_.shown_lines) + 1;
  if (ignored) {
    ++ignored_.count;
    bool list = options_.print_all_ignored || ignored_.count <= few;
    keep(ignored_, !options_.print_no_ignored && list, line, undated);
  } else if (found > 0) {
    ++matched_.count;
    keep(matched_, options_.print_all_matched, line, undated);
  } else {
    ++missed_.count;
    bool list = options_.print_all_missed || missed_.count <= few;
    keep(missed_, !options_.print_no_missed && list, line, undated);
  }
}

// True if one of them is no failure after all.
bool RegexReport::count_failures(const std::vector<Failure>& failures, size_t& found) {
  bool any_nofail = false;
  for (const Failure& failure : failures) {
    Expression& expression = failregexes_[failure.regex];
    ++expression.hits;
    if (options_.verbose > 0) {
      double time = failure.dated ? failure.time : static_cast<double>(std::time(nullptr));
      expression.seen.push_back({failure.pending ? "None" : failure.id, time, found > 1});
    }
    if (failure.groups.truthy("nofail")) {
      any_nofail = true;
    } else {
      ++found;
    }
  }
  return any_nofail;
}

void RegexReport::count_prefregex() {
  const filter::LineNotes& notes = setup_.filter.notes();
  if (!setup_.filter.prefregex() || !notes.prefregex_matched) return;
  ++prefregex_hits_;
  if (options_.verbose == 0) return;
  if (prefregex_groups_.size() < setup_.shown_lines) {
    prefregex_groups_.push_back(groups_repr(notes.prefregex_groups));
  } else if (prefregex_groups_.size() == setup_.shown_lines) {
    prefregex_groups_.push_back("...");
  }
}

// Lines that waited in the buffer and are gone from it were matched now, together with this one.
// The result is their texts without dates.
std::vector<std::string> RegexReport::settle_buffered() {
  std::vector<std::string> undated;
  if (setup_.filter.max_lines() <= 1) return undated;
  const auto& after = setup_.filter.buffered_lines();
  bool full = buffer_before_.size() >= static_cast<size_t>(setup_.filter.max_lines());
  for (size_t i = full ? 1 : 0; i < buffer_before_.size(); ++i) {
    const MatchedLine& line = buffer_before_[i];
    if (std::find(after.begin(), after.end(), line) != after.end()) continue;
    auto drop = [](std::deque<std::string>& texts, const std::string& text) {
      if (auto it = std::find(texts.begin(), texts.end(), text); it != texts.end()) texts.erase(it);
    };
    drop(missed_.texts, line.text());
    drop(missed_.undated, line.undated());
    if (options_.print_all_matched) {
      if (options_.debuggex) {
        undated.push_back(line.undated());
      } else {
        matched_.texts.push_back(line.text());
      }
    }
    ++matched_.count;
    --missed_.count;
  }
  return undated;
}

void RegexReport::keep(Lines& lines, bool listed, std::string_view line,
                       const std::string& undated) {
  if (!listed) return;
  lines.texts.emplace_back(line);
  if (options_.debuggex) lines.undated.push_back(undated);
}

std::string RegexReport::text(double seconds, bool colour) const {
  char elapsed[64];
  std::snprintf(elapsed, sizeof elapsed, "[processed in %.2f sec]\n", seconds);
  std::string out = "Results\n=======\n";
  out += prefregex_text();
  out += expressions_text("Failregex", failregexes_);
  out += expressions_text("Ignoreregex", ignoreregexes_);
  out += templates_text();
  out += "\nLines: " + std::to_string(tested_) + " lines, " + std::to_string(ignored_.count) +
         " ignored, " + std::to_string(matched_.count) + " matched, " +
         std::to_string(missed_.count) + " missed\n";
  out += elapsed;
  out += '\n';
  if (options_.print_all_matched) out += lines_text("matched", matched_, true);
  if (!options_.print_no_ignored)
    out += lines_text("ignored", ignored_, options_.print_all_ignored);
  if (!options_.print_no_missed) out += lines_text("missed", missed_, options_.print_all_missed);
  return colour ? coloured(out) : "\n" + out;
}

std::string RegexReport::prefregex_text() const {
  auto prefregex = setup_.filter.prefregex();
  if (!prefregex) return {};
  std::vector<std::string> texts = {*prefregex};
  for (const std::string& groups : prefregex_groups_) texts.push_back("    " + groups);
  return "\nPrefregex: " + std::to_string(prefregex_hits_) + " total\n" + listed(texts, {});
}

std::string RegexReport::expressions_text(const std::string& title,
                                          const std::vector<Expression>& list) const {
  size_t total = 0;
  std::vector<std::string> texts;
  for (size_t i = 0; i < list.size(); ++i) {
    const Expression& expression = list[i];
    total += expression.hits;
    if (expression.hits > 0 || options_.verbose > 0) {
      std::string number = std::to_string(i + 1);
      if (number.size() < 2) number.insert(0, 1, ' ');
      texts.push_back(number + ") [" + std::to_string(expression.hits) + "] " + expression.text);
    }
    for (const Hit& hit : expression.seen) {
      texts.push_back("    " + hit.id + "  " + long_date(hit.time) +
                      (hit.multiple ? " (multiple regex matched)" : ""));
    }
  }
  return "\n" + title + ": " + std::to_string(total) + " total\n" +
         listed(texts, " #) [# of hits] regular expression");
}

std::string RegexReport::templates_text() const {
  if (is_journal(options_) && !setup_.date_pattern_set) return {};
  std::vector<std::string> texts;
  // The default formats are there from the first line on.
  if (tested_ == 0 && !setup_.date_pattern_set) return "\nDate template hits:\n";
  for (const auto& date_template : setup_.filter.detector().describe()) {
    if (date_template.hits == 0 && options_.verbose == 0) continue;
    texts.push_back("[" + std::to_string(date_template.hits) + "] " + date_template.name);
    if (!options_.verbose_date) continue;
    char weights[64];
    std::snprintf(weights, sizeof weights, "%.3f (%.3f)", date_template.weight,
                  date_template.given_weight);
    texts.push_back(std::string("    # weight: ") + weights +
                    ", pattern: " + date_template.pattern);
    texts.push_back("    # regex:   " + date_template.regex);
  }
  return "\nDate template hits:\n" + listed(texts, "[# of hits] date format");
}

std::string RegexReport::lines_text(const std::string& kind, const Lines& lines, bool all) const {
  if (lines.count == 0) return {};
  std::string header = kind + " line(s):";
  header[0] = static_cast<char>(header[0] - 'a' + 'A');
  if (lines.count >= static_cast<long>(setup_.shown_lines) && !all) {
    return header + " too many to print.  Use --print-all-" + kind + " to print all " +
           std::to_string(lines.count) + " lines\n";
  }
  return listed(
      options_.debuggex ? debuggex_lines(lines, kind == "ignored") : right_stripped(lines.texts),
      header);
}

std::vector<std::string> RegexReport::debuggex_lines(const Lines& lines, bool ignored) const {
  std::vector<std::string> result;
  auto use_dns = filter::parse_use_dns(options_.use_dns.value_or("warn"));
  for (const std::string& line : lines.undated) {
    for (const Expression& expression : ignored ? ignoreregexes_ : failregexes_) {
      std::string url = "https://www.debuggex.com/?re=" +
                        percent_encoded(filter::replace_tags(
                            expression.text, use_dns.value_or(filter::UseDns::no))) +
                        "&str=" + percent_encoded(line) + "&flavor=python";
      if (setup_.filter.max_lines() > 1) url += "&flags=m";
      result.push_back(line + " | " + expression.text + " |  " + url);
    }
  }
  return result;
}

}  // namespace gaoler::cmd
