#include "dates/calendar.h"

#include <gtest/gtest.h>

namespace gaoler::dates {
namespace {

TEST(Calendar, KnownMomentsInBothDirections) {
  const std::pair<Civil, WallSeconds> cases[] = {
      {{1970, 1, 1, 0, 0, 0}, 0},
      {{2026, 11, 22, 10, 0, 0}, 1795341600},
      {{2000, 2, 29, 23, 59, 59}, 951868799},
      {{1969, 12, 31, 23, 59, 59}, -1},
      {{1, 1, 1, 0, 0, 0}, -62135596800},
      {{9999, 12, 31, 23, 59, 59}, 253402300799},
  };
  for (const auto& [civil, wall] : cases) {
    EXPECT_EQ(to_wall(civil), wall);
    EXPECT_EQ(to_civil(wall), civil);
  }
}

TEST(Calendar, EveryDayOf400YearsComesBack) {
  const WallSeconds first = *to_wall({1999, 1, 1, 12, 34, 56});
  for (int day = 0; day < 146097; ++day) {
    const WallSeconds wall = first + day * kDaySeconds;
    ASSERT_EQ(to_wall(to_civil(wall)), wall) << day;
  }
}

TEST(Calendar, WhatDoesNotExistIsRefused) {
  for (const Civil& civil :
       {Civil{2026, 2, 29}, Civil{1900, 2, 29}, Civil{2026, 4, 31}, Civil{2026, 0, 1},
        Civil{2026, 13, 1}, Civil{2026, 1, 0}, Civil{0, 1, 1}, Civil{10000, 1, 1},
        Civil{2026, 1, 1, 24}, Civil{2026, 1, 1, 0, 60}, Civil{2026, 1, 1, 0, 0, 60}}) {
    EXPECT_EQ(to_wall(civil), std::nullopt);
  }
  EXPECT_NE(to_wall({2000, 2, 29}), std::nullopt);
}

TEST(Calendar, WeeksCountFromMondayOrSunday) {
  // 2026 begins on a Thursday: its first Monday is Jan 5, its first Sunday Jan 4.
  EXPECT_EQ(day_of_year(2026, 1, 0, true), 5);
  EXPECT_EQ(day_of_year(2026, 1, 6, false), 4);
  EXPECT_EQ(day_of_year(2026, 0, 3, true), 1);
  EXPECT_EQ(day_of_year(2026, 0, 0, true), -2);
  EXPECT_EQ(day_of_year(2024, 1, 0, true), 1);  // begins on a Monday
  EXPECT_EQ(day_of_year(2026, 53, 6, true), 375);
}

}  // namespace
}  // namespace gaoler::dates
