// The doors of a date pattern and of log lines: a pattern (or the name of a zone), a zero byte,
// then lines parted by zero bytes. What a detector finds must be inside of its line, it finds and
// learns the same without its shortcuts, and all matchers find the same.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "dates/date_template.h"
#include "dates/detector.h"
#include "fuzz/matchers.h"
#include "fuzz/require.h"

namespace {

using namespace gaoler;
using Lines = std::vector<std::string>;

constexpr base::UnixTime kNow = 1795341600;
constexpr size_t kMaxCompared = 200;  // bytes of a pattern
constexpr size_t kMaxLines = 8;

bool is_inside_character(std::string_view line, size_t at) {
  return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80;
}

// The default list, compiled once: that takes longer than most inputs.
const dates::Detector& default_list() {
  static const dates::Detector defaults = [] {
    dates::Detector made;
    (void)made.find("no date", kNow);
    return made;
  }();
  return defaults;
}

bool is_default_list(const dates::Detector& detector) {
  if (!detector.is_default()) return false;
  static const auto known = default_list().describe();
  const auto list = detector.describe();
  return std::equal(list.begin(), list.end(), known.begin(), known.end(),
                    [](const auto& a, const auto& b) { return a.name == b.name; });
}

// What is told of a line.
void require_possible(const dates::Found& found, std::string_view line) {
  require(found.begin <= found.end && found.end <= line.size());
  require(!is_inside_character(line, found.begin) && !is_inside_character(line, found.end));
  require(found.template_name != nullptr);
  require(!found.time || std::isfinite(*found.time));
}

bool is_same(const std::optional<dates::Found>& a, const std::optional<dates::Found>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->begin == b->begin && a->end == b->end && a->time == b->time && a->whole == b->whole &&
         *a->template_name == *b->template_name;
}

bool is_same(const dates::Detector::Description& a, const dates::Detector::Description& b) {
  return a.name == b.name && a.weight == b.weight && a.hits == b.hits;
}

// Each line with a date twice: the second time the detector expects it.
void find_all(dates::Detector detector, const Lines& lines) {
  dates::Detector slowly = detector;
  slowly.set_shortcuts(false);
  base::UnixTime now = kNow;
  for (const std::string& line : lines) {
    for (int i = 0; i < 2; ++i) {
      const auto found = detector.find(line, now += 100);
      require(is_same(found, slowly.find(line, now)));
      if (!found) break;
      require_possible(*found, line);
    }
  }
  const auto learnt = detector.describe(), learnt_slowly = slowly.describe();
  require(std::equal(learnt.begin(), learnt.end(), learnt_slowly.begin(), learnt_slowly.end(),
                     [](const auto& a, const auto& b) { return is_same(a, b); }));
}

void compare_matchers(std::string_view pattern, const Lines& lines) {
  const auto made = dates::DateTemplate::from_line(pattern);
  if (!made) return;
  const auto matchers = fuzz::Matchers::make(made->regex(), {});
  if (!matchers) return;
  for (const std::string& line : lines) matchers->search(line, 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parts = base::split(bytes, '\0');
  const std::string pattern = base::replace_invalid_utf8(parts.front());
  Lines lines;
  for (size_t i = 1; i < parts.size() && i <= kMaxLines; ++i) {
    lines.push_back(base::replace_invalid_utf8(parts[i]));
  }

  if (const auto zone = dates::Zone::parse(pattern)) {
    dates::Detector detector = default_list();
    detector.set_default_zone(*zone);
    find_all(detector, lines);
  }
  const auto detector = dates::Detector::from_pattern(pattern);
  if (!detector) return 0;
  if (is_default_list(*detector)) {
    find_all(default_list(), lines);
    return 0;
  }
  find_all(*detector, lines);
  if (pattern.size() < kMaxCompared) compare_matchers(pattern, lines);
  return 0;
}
