#include "dates/detector.h"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>
#include <ostream>

namespace gaoler::dates {
namespace {

constexpr base::UnixTime kNow = 1795341600;  // 2026-11-22 10:00:00 UTC

struct Seen {
  std::string cut;
  std::optional<double> time;
  std::string name;

  friend bool operator==(const Seen&, const Seen&) = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << "cut '" << seen.cut << "' time "
       << (seen.time ? std::to_string(static_cast<long long>(*seen.time)) : "none") << " by "
       << seen.name;
}

class InUtc : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  static Seen find(Detector& detector, std::string_view line, base::UnixTime now = kNow) {
    const auto found = detector.find(line, now);
    if (!found) return {"nothing", std::nullopt, ""};
    return {std::string(line.substr(found->begin, found->end - found->begin)), found->time,
            *found->template_name};
  }
  static Seen find_by(std::string_view pattern, std::string_view line) {
    auto detector = Detector::from_pattern(pattern);
    if (!detector) return {detector.error().message, std::nullopt, ""};
    return find(*detector, line);
  }
};

using DefaultList = InUtc;
using DatePattern = InUtc;

TEST_F(DefaultList, ReadsEveryFormat) {
  constexpr double kTime = 1795341600 - 20 * 3600;  // 2026-11-21 14:00:00
  const std::pair<std::string_view, Seen> cases[] = {
      {"2026-11-21T15:00:00.123456+01:00 x", {"2026-11-21T15:00:00.123456+01:00", kTime, ""}},
      {"2026/11/21 14:00:00 x", {"2026/11/21 14:00:00", kTime, ""}},
      {"Sat Nov 21 14:00:00.011 2026 x", {"Sat Nov 21 14:00:00.011 2026", kTime, ""}},
      {"Nov 21 14:00:00 x", {"Nov 21 14:00:00", kTime, ""}},
      {"Sat Nov 21 2026 14:00:00 x", {"Sat Nov 21 2026 14:00:00", kTime, ""}},
      {"21/11/26 14:00:00 x", {"21/11/26 14:00:00", kTime, ""}},
      {"x [21/Nov/2026:14:00:00 -0000] y", {"21/Nov/2026:14:00:00 -0000", kTime, ""}},
      {"11/21/2026:14:00:00 x", {"11/21/2026:14:00:00", kTime, ""}},
      {"11-21-2026 14:00:00.252 x", {"11-21-2026 14:00:00.252", kTime, ""}},
      {"1795269600.5 x", {"1795269600", kTime, ""}},
      {"audit(1795269600.123:7)", {"1795269600.123", kTime + 0.123, ""}},
      {"<11/21/26@14:00:00> x", {"<11/21/26@14:00:00>", kTime, ""}},
      {"14:00:00 x", {"14:00:00", kTime, ""}},
      {"261121 14:00:00 x", {"261121 14:00:00", kTime, ""}},
      {"Nov 21, 2026 02:00:00 PM x", {"Nov 21, 2026 02:00:00 PM", kTime, ""}},
      {"Nov-21-26 14:00:00 x", {"Nov-21-26 14:00:00", kTime, ""}},
      {"20261121T140000 x", {"20261121T140000", kTime, ""}},
      {"PDT Nov 21 07:00:00 x", {"PDT Nov 21 07:00:00", kTime, ""}},
      {"+01:00 Nov 21 15:00:00 x", {"+01:00 Nov 21 15:00:00", kTime, ""}},
      {"@400000006b01a3e000000000 x", {"@400000006b01a3e000000000", kTime, ""}},
  };
  for (const auto& [line, expected] : cases) {
    Detector detector;
    Seen seen = find(detector, line);
    seen.name.clear();
    EXPECT_EQ(seen, expected) << line;
  }
}

TEST_F(DefaultList, NamesAreFail2bans) {
  std::vector<std::string> names;
  for (const auto& description : Detector().describe()) names.push_back(description.name);
  ASSERT_EQ(names.size(), 31u);
  EXPECT_EQ(
      names[0],
      R"({^LN-BEG}ExYear(?P<_sep>[-/.])Month(?P=_sep)Day(?:T|  ?)24hour:Minute:Second(?:[.,]Microseconds)?(?:\s*Zone offset)?)");
  EXPECT_EQ(names[7], "{^LN-BEG}Epoch");
  EXPECT_EQ(names[13], "{^LN-BEG}TAI64N");
  EXPECT_EQ(names[22], "{^LN-BEG}24hour:Minute:Second");
  EXPECT_EQ(names[30], "TAI64N");
}

TEST_F(DefaultList, ImpossibleDatesAreFoundWithoutTime) {
  Detector detector;
  const Seen seen = find(detector, "Feb 30 10:00:00 host x");
  EXPECT_EQ(seen.cut, "Feb 30 10:00:00");
  EXPECT_EQ(seen.time, std::nullopt);
  EXPECT_EQ(find(detector, "no date").cut, "nothing");
}

TEST_F(DatePattern, KeywordsStandForTemplates) {
  EXPECT_EQ(find_by("{NONE}", "anything"), (Seen{"", std::nullopt, "^"}));
  EXPECT_EQ(find_by("EPOCH", "1795341600 x"), (Seen{"1795341600", kNow, "Epoch"}));
  EXPECT_EQ(find_by("lepoch", "1795341600123 x"),
            (Seen{"1795341600123", kNow + 0.123, "LongEpoch"}));
  EXPECT_EQ(find_by("^at {EPOCH}!", "at 1795341600!"),
            (Seen{"at 1795341600!", kNow, "^at {EPOCH}!"}));
  EXPECT_EQ(find_by("{^LN-BEG}TAI64N", "@400000006b02bd2000000000"),
            (Seen{"@400000006b02bd2000000000", kNow, "{^LN-BEG}TAI64N"}));
  EXPECT_EQ(find_by(R"(^\w+ \[({DATE}))", "x [2026-11-22 10:00:00] y").cut, "2026-11-22 10:00:00");
}

TEST_F(DatePattern, GroupLimitsWhatIsCut) {
  EXPECT_EQ(find_by(R"(^<(%Y-%m-%d %H:%M:%S)>)", "<2026-11-22 10:00:00>"),
            (Seen{"2026-11-22 10:00:00", kNow, "^<(Year-Month-Day 24hour:Minute:Second)>"}));
}

// As in fail2ban 1.1: it was meant to add the default list, but does so only alone.
TEST_F(DatePattern, DefaultAddsNothingToOtherTemplates) {
  EXPECT_EQ(Detector::from_pattern("%Y-%m-%d %H:%M:%S\n{DEFAULT}")->describe().size(), 1u);
  EXPECT_EQ(Detector::from_pattern("{DEFAULT}")->describe().size(), 31u);
}

TEST_F(DefaultList, PrefersTheDateInFrontAndTheTemplateThatWonBefore) {
  Detector detector;
  const std::string_view line = "host [22/Nov/2026:09:00:00 +0000] at 2026-11-21 10:11:12";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(find(detector, line).cut, "22/Nov/2026:09:00:00 +0000");
  }
  EXPECT_EQ(detector.describe().front().hits, 3u);
  // Farther to the right than before, another format in front of it wins.
  EXPECT_EQ(find(detector, "2026-11-21 10:11:12 [22/Nov/2026:09:00:00 +0000]").cut,
            "2026-11-21 10:11:12");
}

TEST_F(DefaultList, PositionsCountCharactersNotBytes) {
  Detector detector;
  const std::string date = "22/Nov/2026:09:00:00";
  for (const std::string head : {"abc [", "\xc3\xa9\xe6\x97\xa5z [", "abc ["}) {
    const std::string line = head + date + "] x";
    const auto found = detector.find(line, kNow);
    ASSERT_TRUE(found);
    EXPECT_EQ(line.substr(found->begin, found->end - found->begin), date);
  }
}

TEST_F(DatePattern, SaysWhichTemplatesItHas) {
  EXPECT_TRUE(Detector::from_pattern("")->is_default());
  EXPECT_TRUE(Detector::from_pattern("{DEFAULT}")->is_default());
  EXPECT_FALSE(Detector::from_pattern("%Y\n%m")->is_default());
  EXPECT_EQ(Detector::from_pattern("{^LN-BEG}")->describe().size(), 17u);
  EXPECT_EQ(Detector::from_pattern("x{DATE}")->describe().size(), 17u);
  EXPECT_FALSE(Detector::from_pattern("{NONE}")->needs_date());
  EXPECT_TRUE(Detector::from_pattern("{NONE}\n%Y")->needs_date());
  EXPECT_EQ(find_by("%Y\n%Y", "x").cut, "There is already a template with name Year");
  EXPECT_EQ(
      find_by("%Y-%q", "x").cut,
      "Failed to set datepattern '%Y-%q' (may be an invalid format or unescaped percent char): "
      "unsupported format character 'q' (0x71) at index 7");
}

}  // namespace
}  // namespace gaoler::dates
