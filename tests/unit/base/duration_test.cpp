#include "base/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gaoler::base {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string_view text;
  double seconds;
  bool whole;
};

void expect_all(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const Result<Duration> got = read_duration(c.text);
    ASSERT_TRUE(got.ok()) << c.text << ": " << got.error().message;
    EXPECT_EQ(*got, (Duration{c.seconds, c.whole})) << c.text;
  }
}

TEST(Duration, EveryUnitHasItsLength) {
  expect_all({{"1s", 1, true},
              {"2 seconds", 2, true},
              {"1m", 60, true},
              {"1min", 60, true},
              {"1MM", 60, true},
              {"3 Minutes", 180, true},
              {"1h", 3600, true},
              {"1hour", 3600, true},
              {"1d", 86400, true},
              {"2 days", 172800, true},
              {"1w", 604800, true},
              {"1we", 604800, true},
              {"1mo", 2629800, false},
              {"5 mo", 13149000, false},
              {"1month", 2629800, false},
              {"1y", 31557600, false},
              {"1yea", 31557600, false}});
}

TEST(Duration, PiecesAddUpWithOrWithoutBlanks) {
  expect_all({{"600", 600, true},
              {" 10 m ", 600, true},
              {"1d12h", 129600, true},
              {"1h 30m", 5400, true},
              {"1h30", 3630, true},
              {"1d2h3m4s", 93784, true},
              {"1d 2", 86402, true},
              {"1h\n2m", 3720, true}});
}

TEST(Duration, ArithmeticFollowsPythonsRules) {
  expect_all({{"-1", -1, true},          {"- 1", -1, true},      {"--1", 1, true},
              {"+5", 5, true},           {"5*60", 300, true},    {"1y-6mo", 15778800, false},
              {"1w-2h", 597600, true},   {"1h+30m", 5400, true}, {"(1h+2)*3", 10806, true},
              {"2**3", 8, true},         {"-2**2", -4, true},    {"2**-1", 0.5, false},
              {"2**3**2", 512, true},    {"7//2", 3, true},      {"-7//2", -4, true},
              {"7%4", 3, true},          {"-7%4", 1, true},      {"5/2", 2.5, false},
              {"4/2", 2, false},         {"1.5h", 5400, false},  {".5h", 1800, false},
              {"1+2 h", 7201, true},     {"2**2h", 14400, true}, {"1h h", 12960000, true},
              {"1h**2", 12960000, true}, {"1min.", 60, false},   {"1h.5", 3600.5, false}});
}

TEST(Duration, NamesTheWordItDoesNotUnderstand) {
  const auto message = [](std::string_view text) {
    const auto got = read_duration(text);
    return got.ok() ? "accepted" : got.error().message;
  };
  EXPECT_EQ(message("1x"),
            "cannot read '1x' as a time: unknown unit 'x' (known are s, m, h, d, w, mo, y) at "
            "character 2");
  EXPECT_EQ(message(""), "cannot read '' as a time: a number is missing at character 1");
  EXPECT_EQ(message("abc"), "cannot read 'abc' as a time: a number is missing at character 1");
  EXPECT_EQ(message("1.5.2"), "cannot read '1.5.2' as a time: a number is missing at character 1");
  EXPECT_EQ(message("1/0"), "cannot read '1/0' as a time: division by zero at character 4");
  EXPECT_EQ(message("(1h"), "cannot read '(1h' as a time: missing ')' at character 4");
  EXPECT_EQ(message("1,2"), "cannot read '1,2' as a time: unexpected ',' at character 2");
  EXPECT_THAT(message("9**9**9**9"), HasSubstr("not a finite number"));
}

TEST(Duration, HostileTextIsRefusedCheaply) {
  EXPECT_FALSE(read_duration(std::string(900, '(')).ok());
  EXPECT_FALSE(read_duration(std::string(900, '-') + "1").ok());
  EXPECT_FALSE(read_duration(std::string(kMaxDurationBytes + 1, '1')).ok());
  EXPECT_FALSE(read_duration(std::string(500, '9') + "**9").ok());
  EXPECT_FALSE(read_duration(std::string_view("1\0", 2)).ok());
}

TEST(Duration, ParseGivesTheNumberOnly) {
  EXPECT_EQ(*parse_duration("1mo"), 2629800);
  EXPECT_FALSE(parse_duration("soon").ok());
}

}  // namespace
}  // namespace gaoler::base
