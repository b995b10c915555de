#include "dates/fields.h"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>

namespace gaoler::dates {
namespace {

constexpr base::UnixTime kNow = 1795341600;  // 2026-11-22 10:00:00 UTC, a Sunday
constexpr double kDay = 86400;

class Fields : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  std::optional<double> read(const std::vector<Field>& fields, base::UnixTime now = kNow,
                             std::optional<int> offset = std::nullopt) {
    const auto reading = dates::read(fields, {now, offset, local_});
    return reading ? std::optional(reading->time) : std::nullopt;
  }
  LocalTime local_;
};

TEST_F(Fields, FullDateNeedsNoClock) {
  EXPECT_EQ(read({{'Y', "2026"}, {'m', "11"}, {'d', "22"}, {'H', "10"}}, 0), kNow);
  EXPECT_EQ(read({{'y', "26"}, {'b', "NOV"}, {'d', " 22"}, {'H', "10"}}, 0), kNow);
  EXPECT_EQ(read({{'Y', "2026"}, {'B', "November"}, {'d', "22"}, {'H', "10"}, {'f', "999999"}}),
            kNow);
}

TEST_F(Fields, MissingYearIsThisOneOrTheLast) {
  EXPECT_EQ(read({{'m', "11"}, {'d', "22"}, {'H', "10"}}), kNow);
  EXPECT_EQ(read({{'m', "11"}, {'d', "23"}, {'H', "10"}}), kNow + kDay);
  EXPECT_EQ(read({{'m', "11"}, {'d', "23"}, {'H', "10"}, {'S', "1"}}), kNow + 1 - 364 * kDay);
  EXPECT_EQ(read({{'m', "1"}, {'d', "1"}}), kNow - 10 * 3600 - 325 * kDay);
  // Leap day: there is none in the year before.
  EXPECT_EQ(read({{'m', "2"}, {'d', "29"}}), std::nullopt);
}

TEST_F(Fields, MissingDayIsTodayOrYesterday) {
  EXPECT_EQ(read({{'H', "10"}}), kNow);
  EXPECT_EQ(read({{'H', "09"}, {'M', "59"}}), kNow - 60);
  EXPECT_EQ(read({{'H', "10"}, {'S', "1"}}), kNow + 1 - kDay);
  EXPECT_EQ(read({}), kNow - 10 * 3600);
}

TEST_F(Fields, HalfOfADateIsNone) {
  EXPECT_EQ(read({{'m', "11"}}), std::nullopt);
  EXPECT_EQ(read({{'d', "11"}}), std::nullopt);
  EXPECT_EQ(read({{'Y', "2026"}, {'d', "11"}}), std::nullopt);
}

TEST_F(Fields, TwelveHoursNeedTheirHalf) {
  const auto after_ten = [&](std::string_view hour, std::string_view half) {
    return *read({{'I', hour}, {'p', half}, {'Y', "2026"}, {'m', "11"}, {'d', "22"}}) - kNow;
  };
  EXPECT_EQ(after_ten("10", "AM"), 0);
  EXPECT_EQ(after_ten("10", "pm"), 12 * 3600);
  EXPECT_EQ(after_ten("12", "am"), -10 * 3600);
  EXPECT_EQ(after_ten("12", "PM"), 2 * 3600);
}

TEST_F(Fields, DayOfYearAndWeekGiveTheDate) {
  EXPECT_EQ(read({{'Y', "2026"}, {'j', "326"}, {'H', "10"}}), kNow);
  EXPECT_EQ(read({{'Y', "2026"}, {'U', "47"}, {'w', "0"}, {'H', "10"}}), kNow);
  EXPECT_EQ(read({{'Y', "2026"}, {'W', "46"}, {'a', "Sun"}, {'H', "10"}}), kNow);
  EXPECT_EQ(read({{'Y', "2026"}, {'W', "46"}, {'A', "sunday"}, {'H', "10"}}), kNow);
  EXPECT_EQ(read({{'Y', "2026"}, {'j', "366"}, {'H', "0"}}), *read({{'Y', "2027"}, {'j', "1"}}));
}

TEST_F(Fields, ZoneOfTheTextWinsOverTheDefault) {
  const std::vector<Field> plain{{'Y', "2026"}, {'m', "11"}, {'d', "22"}, {'H', "10"}};
  EXPECT_EQ(read(plain, kNow, 3600), kNow - 3600);
  for (const auto& [zone, ahead] : std::initializer_list<std::pair<std::string_view, double>>{
           {"Z", 0}, {"UTC", 0}, {"+0200", 7200}, {"-05:30", -19800}, {"PDT", -25200}}) {
    std::vector<Field> fields = plain;
    fields.push_back({'z', zone});
    EXPECT_EQ(read(fields, kNow, 3600), kNow - ahead) << zone;
  }
  std::vector<Field> unknown = plain;
  unknown.push_back({'Z', "error"});
  EXPECT_EQ(read(unknown), std::nullopt);
}

TEST_F(Fields, WhatDoesNotExistIsNone) {
  EXPECT_EQ(read({{'Y', "2026"}, {'m', "2"}, {'d', "30"}}), std::nullopt);
  EXPECT_EQ(read({{'Y', "2026"}, {'m', "2"}, {'d', "3"}, {'S', "60"}}), std::nullopt);
  EXPECT_EQ(read({{'Y', "2026"}, {'m', "2"}, {'d', "3"}, {'H', "29"}}), std::nullopt);
  EXPECT_EQ(read({{'Y', "x"}}), std::nullopt);
  EXPECT_EQ(read({{'b', "Foo"}, {'d', "1"}}), std::nullopt);
  EXPECT_EQ(read({{'Y', "0"}, {'j', "1"}}), std::nullopt);
}

}  // namespace
}  // namespace gaoler::dates
