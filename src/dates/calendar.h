// Calendar: dates of the proleptic Gregorian calendar, years 1 to 9999, and wall-clock seconds.
//
// Pure arithmetic without zones; see local_time.h for how wall time becomes a point in time.
#pragma once

#include <cstdint>
#include <optional>

namespace gaoler::dates {

using WallSeconds = int64_t;  // since 1970-01-01 00:00 on the wall clock

inline constexpr WallSeconds kDaySeconds = 24 * 60 * 60;

struct Civil {
  int year = 1970;
  int month = 1;   // 1..12
  int day = 1;     // 1..31
  int hour = 0;    // 0..23
  int minute = 0;  // 0..59
  int second = 0;  // 0..59, no leap seconds

  friend bool operator==(const Civil&, const Civil&) = default;
};

// Nothing for a date or time that does not exist (Feb 30, 24:00, second 60, year 0).
std::optional<WallSeconds> to_wall(const Civil& civil);
Civil to_civil(WallSeconds wall);

int64_t days_before(int year, int month, int day);  // since 1970-01-01; the parts must be valid

// The day of the year (1 = Jan 1; out of range when the week reaches into another year) of a
// weekday (0 = Monday) in a week that is counted from the year's first Monday, or from its first
// Sunday.
int day_of_year(int year, int week, int weekday, bool from_monday);

}  // namespace gaoler::dates
