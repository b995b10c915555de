#include "dates/local_time.h"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>

namespace gaoler::dates {
namespace {

void set_zone(const char* zone) {
  setenv("TZ", zone, 1);
  tzset();
}

// Rules instead of names: the test needs no zone files.
constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

double utc(const Civil& civil) {
  return static_cast<double>(*to_wall(civil));
}

TEST(LocalTime, FollowsSummerTime) {
  set_zone(kBerlin);
  LocalTime local;
  EXPECT_EQ(local.to_unix(*to_wall({2026, 1, 15, 12})), utc({2026, 1, 15, 11}));
  EXPECT_EQ(local.to_unix(*to_wall({2026, 7, 15, 12})), utc({2026, 7, 15, 10}));
  EXPECT_EQ(local.wall_at(utc({2026, 7, 15, 10})), to_wall({2026, 7, 15, 12}));
  EXPECT_EQ(local.wall_at(utc({2026, 1, 15, 11}) + 0.75), to_wall({2026, 1, 15, 12}));
}

TEST(LocalTime, MissingHourIsReadWithTheOldOffset) {
  set_zone(kBerlin);
  LocalTime local;
  EXPECT_EQ(local.to_unix(*to_wall({2026, 3, 29, 1, 59, 59})), utc({2026, 3, 29, 0, 59, 59}));
  EXPECT_EQ(local.to_unix(*to_wall({2026, 3, 29, 2, 30})), utc({2026, 3, 29, 1, 30}));
  EXPECT_EQ(local.to_unix(*to_wall({2026, 3, 29, 3})), utc({2026, 3, 29, 1}));
}

TEST(LocalTime, DoubledHourStaysWithTheOffsetBefore) {
  set_zone(kBerlin);
  LocalTime local;
  const WallSeconds doubled = *to_wall({2026, 10, 25, 2, 30});
  EXPECT_EQ(local.to_unix(*to_wall({2026, 10, 25, 1, 30})), utc({2026, 10, 24, 23, 30}));
  EXPECT_EQ(local.to_unix(doubled), utc({2026, 10, 25, 0, 30}));
  EXPECT_EQ(local.to_unix(*to_wall({2026, 10, 25, 3})), utc({2026, 10, 25, 2}));
  EXPECT_EQ(local.to_unix(doubled), utc({2026, 10, 25, 1, 30}));
}

TEST(LocalTime, HalfHoursOfSummerTimeAreNotMixed) {
  set_zone("LHST-10:30LHDT-11,M10.1.0,M4.1.0");  // Lord Howe: half an hour
  LocalTime local;
  EXPECT_EQ(local.to_unix(*to_wall({2026, 4, 5, 1, 10})), utc({2026, 4, 4, 14, 10}));
  EXPECT_EQ(local.to_unix(*to_wall({2026, 4, 5, 2, 10})), utc({2026, 4, 4, 15, 40}));
  EXPECT_EQ(local.to_unix(*to_wall({2026, 10, 4, 1, 59})), utc({2026, 10, 3, 15, 29}));
  EXPECT_EQ(local.to_unix(*to_wall({2026, 10, 4, 2, 40})), utc({2026, 10, 3, 15, 40}));
}

TEST(LocalTime, NewRulesOfTheZoneHoldFromTheNextHourOn) {
  set_zone("UTC");
  LocalTime local;
  EXPECT_EQ(local.to_unix(*to_wall({2026, 1, 15, 12})), utc({2026, 1, 15, 12}));
  set_zone(kBerlin);
  EXPECT_EQ(local.to_unix(*to_wall({2026, 1, 15, 13})), utc({2026, 1, 15, 12}));
}

TEST(LocalTime, SecondBeforeTheEpochIsATime) {
  set_zone("UTC");
  LocalTime local;
  EXPECT_EQ(local.to_unix(-1), -1);
  EXPECT_EQ(local.to_unix(-3601), -3601);
}

}  // namespace
}  // namespace gaoler::dates
