#include "dates/last_date.h"

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>
#include <random>

#include "dates/detector.h"

namespace gaoler::dates {
namespace {

void use_zone(const char* zone) {
  setenv("TZ", zone, 1);
  tzset();
}

class Learned : public ::testing::Test {
 protected:
  void SetUp() override { use_zone("UTC"); }

  // The last date of this line, by a pattern of its own; what it says of another line.
  std::optional<base::UnixTime> time(std::string_view pattern, std::string_view learned,
                                     std::string_view other) {
    auto used = DateTemplate::from_line(pattern);
    regex::Match match;
    LocalTime local;
    EXPECT_TRUE(used->search(learned, 0, kNow, match));
    const auto reading = used->read(learned, match, {kNow, std::nullopt, local});
    LastDate last;
    last.learn(learned, {0, learned.size()}, *used, match, *reading);
    if (!last.fits(other)) return std::nullopt;
    return last.time(other);
  }
  static constexpr base::UnixTime kNow = 1795341600;  // 2026-11-22 10:00:00
};

TEST_F(Learned, TellsTheTimeOfOtherMinutesSecondsAndFractions) {
  constexpr std::string_view kPattern = "^%Y-%m-%dT%H:%M:%S(?:\\.%f)?%z";
  constexpr std::string_view kLine = "2026-11-22T10:01:02.123456+00:00 host x[1]: y";
  const std::pair<std::string_view, std::optional<double>> cases[] = {
      {"2026-11-22T10:01:02.123456+00:00 other", kNow + 62},
      {"2026-11-22T10:59:59.999999+00:00 host x", kNow + 3599},
      {"2026-11-22T10:00:00.000000+00:00 ", kNow},
      {"2026-11-22T10:01:60.000000+00:00 ", std::nullopt},  // no such second
      {"2026-11-22T11:01:02.123456+00:00 ", std::nullopt},  // another hour
      {"2026-11-23T10:01:02.123456+00:00 ", std::nullopt},
      {"2026-11-22T10:01:02.123456+01:00 ", std::nullopt},
      {"2026-11-22T10:01:02.12345+00:00  ", std::nullopt},
      {"2026-11-22T10:01:02.123456+00:00:", std::nullopt},  // another place
      {"2026-11-22T10:01:02.123456+00:00", std::nullopt},
      {"2026-11-22T10:0x:02.123456+00:00 ", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [line, expected] : cases)
    EXPECT_EQ(time(kPattern, kLine, line), expected) << line;
}

TEST_F(Learned, CannotBeALineThatEndsWithItsDate) {
  EXPECT_EQ(time("%Y-%m-%d %H:%M:%S", "2026-11-22 10:01:02", "2026-11-22 10:01:02"), std::nullopt);
  EXPECT_EQ(time("%Y-%m-%d %H:%M:%S", "2026-11-22 10:01:02 ", "2026-11-22 10:01:03 "), kNow + 63);
}

// A log with all the ways in which dates go on: mostly some seconds later, at times hours or days,
// in another format, damaged, or without any.
class Log {
 public:
  explicit Log(unsigned seed) : random_(seed) {}

  std::string next() {
    if (below(60) == 0) format_ = below(std::size(kFormats));
    if (below(60) == 0) head_ = kHeads[below(std::size(kHeads))];
    step();
    const auto second = static_cast<std::time_t>(std::floor(now_ + skew_));
    std::tm local{};
    localtime_r(&second, &local);
    char date[128];
    date[std::strftime(date, sizeof date, kFormats[format_], &local)] = '\0';
    std::string line = head_ + date;
    if (const size_t dots = line.find("......"); dots != std::string::npos) {
      line.replace(dots, 6, std::to_string(100000 + below(900000)));
    }
    line += kTails[below(8) == 0 ? below(std::size(kTails)) : 0];
    if (below(30) == 0) line[below(line.size())] = " 0129:-/.TZamx[]\xc3"[below(17)];
    if (below(60) == 0) line.resize(below(line.size()));
    return line;
  }
  base::UnixTime now() const { return now_; }

 private:
  static constexpr const char* kFormats[] = {"%Y-%m-%dT%H:%M:%S.......%z",
                                             "%Y-%m-%d %H:%M:%S",
                                             "%b %e %H:%M:%S",
                                             "%a %b %d %H:%M:%S %Y",
                                             "%d/%b/%Y:%H:%M:%S %z",
                                             "%H:%M:%S",
                                             "%s",
                                             "%b %d, %Y %I:%M:%S %p",
                                             "%Y%m%dT%H%M%S",
                                             "%d.%m.%y %H:%M"};
  static constexpr const char* kHeads[] = {"", "", "", "[", "host x: [", "\xc3\xa9t\xc3\xa9 "};
  static constexpr const char* kTails[] = {" host daemon[123]: some text that follows",
                                           "] x",
                                           ": y",
                                           "",
                                           "\xc3\xa9 z",
                                           " at 10:00:00 2026-11-22"};

  size_t below(size_t n) { return random_() % n; }

  void step() {
    now_ += static_cast<double>(below(300)) / 100;
    if (below(100) == 0) now_ += static_cast<double>(below(7200));
    if (below(2000) == 0) now_ += static_cast<double>(below(40 * 86400));
    if (below(100) == 0) skew_ = 0;
    if (below(300) == 0) skew_ = static_cast<double>(below(4 * 86400)) - 2 * 86400;
  }

  std::mt19937 random_;
  size_t format_ = 0;
  std::string head_;
  double now_ = 1792892400;  // 2026-10-25 01:00:00 UTC: summer time ends in Europe
  double skew_ = 0;          // of the log's clock
};

void expect_same(Detector with, unsigned seed) {
  Detector without = with;
  without.set_shortcuts(false);
  Log log(seed);
  for (size_t i = 0; i < 2'000; ++i) {
    const std::string line = log.next();
    const auto ours = with.find(line, log.now());
    const auto theirs = without.find(line, log.now());
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << line;
    if (!ours) continue;
    ASSERT_EQ(ours->begin, theirs->begin) << line;
    ASSERT_EQ(ours->end, theirs->end) << line;
    ASSERT_EQ(ours->time, theirs->time) << line;
    ASSERT_EQ(ours->whole, theirs->whole) << line;
    ASSERT_EQ(*ours->template_name, *theirs->template_name) << line;
  }
  const auto ours = with.describe(), theirs = without.describe();
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].name, theirs[i].name);
    EXPECT_EQ(ours[i].hits, theirs[i].hits);
  }
}

TEST(LastDate, ChangesNothingThatIsFound) {
  unsigned seed = 0;
  for (const char* zone : {"UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"}) {
    use_zone(zone);
    SCOPED_TRACE(zone);
    expect_same(Detector(), ++seed);
    for (const char* pattern : {"%Y-%m-%dT%H:%M:%S", "%b %d %H:%M:%S\n^%H:%M:%S", "{DATE}]",
                                "%d/%b/%Y:%H:%M:%S %z$", "%H:%M:(?P<S>\\d+) host"}) {
      SCOPED_TRACE(pattern);
      auto detector = Detector::from_pattern(pattern);
      ASSERT_TRUE(detector.ok()) << detector.error().message;
      expect_same(*detector, ++seed);
      detector->set_default_zone(*Zone::parse("UTC+0530"));
      expect_same(std::move(*detector), ++seed);
    }
  }
  use_zone("UTC");
}

// The C library reads it by the time it was asked before, so it has to be asked.
TEST(LastDate, DoubledHourIsReadByTheSeasonOfTheLineBefore) {
  use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
  Detector detector;
  constexpr base::UnixTime kNow = 1795341600;
  for (const char* line :
       {"2026-07-15 10:00:00 x", "2026-07-15 10:00:01 x", "2026-07-15 10:00:02 x",
        "2026-01-15 10:00:00 x", "2026-07-15 10:00:03 x"}) {
    ASSERT_TRUE(detector.find(line, kNow)) << line;
  }
  const auto found = detector.find("2026-10-25 02:30:00 x", kNow);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->time, 1792888200);  // 00:30 UTC
  use_zone("UTC");
}

}  // namespace
}  // namespace gaoler::dates
