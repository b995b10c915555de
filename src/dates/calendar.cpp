#include "dates/calendar.h"

namespace gaoler::dates {
namespace {

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

bool within(int value, int low, int high) {
  return value >= low && value <= high;
}

int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years.
int64_t days_before(int year, int month, int day) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = floor_divide(y, 400);
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_march_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
         day_of_march_year - 719468;
}

std::optional<WallSeconds> to_wall(const Civil& c) {
  if (!within(c.year, 1, 9999) || !within(c.month, 1, 12)) return std::nullopt;
  if (!within(c.day, 1, days_in_month(c.year, c.month)) || !within(c.hour, 0, 23)) {
    return std::nullopt;
  }
  if (!within(c.minute, 0, 59) || !within(c.second, 0, 59)) return std::nullopt;
  const int seconds = (c.hour * 60 + c.minute) * 60 + c.second;
  return days_before(c.year, c.month, c.day) * kDaySeconds + seconds;
}

Civil to_civil(WallSeconds wall) {
  const int64_t days = floor_divide(wall, kDaySeconds);
  const int seconds = static_cast<int>(wall - days * kDaySeconds);
  const int64_t shifted = days + 719468;
  const int64_t era = floor_divide(shifted, 146097);
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_march_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t march_month = (5 * day_of_march_year + 2) / 153;
  const int month = static_cast<int>(march_month < 10 ? march_month + 3 : march_month - 9);
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
          month,
          static_cast<int>(day_of_march_year - (153 * march_month + 2) / 5 + 1),
          seconds / 3600,
          seconds / 60 % 60,
          seconds % 60};
}

int day_of_year(int year, int week, int weekday, bool from_monday) {
  const int from_thursday =
      static_cast<int>(days_before(year, 1, 1) % 7 + 7);  // 1970-01-01 was one
  int first = (from_thursday + 3) % 7;                    // weekday of Jan 1
  if (!from_monday) {
    first = (first + 1) % 7;
    weekday = (weekday + 1) % 7;
  }
  if (week == 0) return 1 + weekday - first;
  return 1 + (7 - first) % 7 + 7 * (week - 1) + weekday;
}

}  // namespace gaoler::dates
