// The doors of a date pattern and of log lines: a pattern, a zero byte, then lines parted by zero
// bytes. What a detector finds must be inside of its line, and the scanner must answer as the
// general engine does.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/utf8.h"
#include "dates/date_template.h"
#include "dates/detector.h"
#include "regex/parser.h"
#include "regex/scanner.h"

namespace {

using namespace gaoler;

constexpr base::UnixTime kNow = 1795341600;

bool is_inside_character(std::string_view line, size_t at) {
  return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80;
}

bool is_default_list(const dates::Detector& detector, const dates::Detector& defaults) {
  const auto list = detector.describe(), known = defaults.describe();
  return std::equal(list.begin(), list.end(), known.begin(), known.end(),
                    [](const auto& a, const auto& b) { return a.name == b.name; });
}

// The default list, compiled once: that takes most of the time of a run.
dates::Detector prepared(dates::Detector detector) {
  static const dates::Detector defaults = [] {
    dates::Detector made;
    (void)made.find("no date", kNow);
    return made;
  }();
  return is_default_list(detector, defaults) ? defaults : detector;
}

void find_all(dates::Detector detector, const std::vector<std::string_view>& lines) {
  base::UnixTime now = kNow;
  for (const std::string_view raw : lines) {
    const std::string line = base::replace_invalid_utf8(raw);
    const auto found = detector.find(line, now += 100);
    if (!found) continue;
    if (found->begin > found->end || found->end > line.size()) std::abort();
    if (is_inside_character(line, found->begin) || is_inside_character(line, found->end)) {
      std::abort();
    }
  }
}

void compare_engines(std::string_view pattern, const std::vector<std::string_view>& lines) {
  const auto made = dates::DateTemplate::from_line(pattern);
  if (!made) return;
  const auto syntax = regex::parse(made->regex(), {});
  const auto engine = regex::Pattern::compile(made->regex(), {.quick = false});
  if (!syntax || !engine) return;
  const auto scanner = regex::Scanner::make(*syntax);
  if (!scanner) return;
  for (const std::string_view raw : lines) {
    const std::string line = base::replace_invalid_utf8(raw);
    std::vector<regex::Span> ours;
    regex::Match theirs;
    const regex::Outcome mine = scanner->search(line, 0, ours);
    const regex::Outcome its = engine->search(line, theirs);
    if (mine == regex::Outcome::gave_up || its == regex::Outcome::gave_up) continue;
    if (mine != its || (its == regex::Outcome::matched && ours != theirs.groups)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto lines = base::split(bytes, '\0');
  const std::string pattern = base::replace_invalid_utf8(lines.front());
  lines.erase(lines.begin());
  auto detector = dates::Detector::from_pattern(pattern);
  if (detector) find_all(prepared(std::move(*detector)), lines);
  if (pattern.size() < 200) compare_engines(pattern, lines);
  (void)dates::Zone::parse(pattern);
  return 0;
}
