#include "dates/local_time.h"

#include <cmath>
#include <ctime>

namespace gaoler::dates {
namespace {

constexpr WallSeconds kHour = 60 * 60;

std::optional<int64_t> ask(WallSeconds wall) {
  const Civil civil = to_civil(wall);
  std::tm tm{};
  tm.tm_year = civil.year - 1900;
  tm.tm_mon = civil.month - 1;
  tm.tm_mday = civil.day;
  tm.tm_hour = civil.hour;
  tm.tm_min = civil.minute;
  tm.tm_sec = civil.second;
  tm.tm_isdst = -1;
  tm.tm_wday = -1;  // -1 is also a valid answer: only success fills this in
  const std::time_t time = std::mktime(&tm);
  if (time == -1 && tm.tm_wday == -1) return std::nullopt;
  return time;
}

WallSeconds hour_of(WallSeconds wall) {
  return wall - ((wall % kHour) + kHour) % kHour;
}

bool has_offset(std::time_t time, int64_t offset) {
  std::tm tm{};
  return localtime_r(&time, &tm) && tm.tm_gmtoff == -offset;
}

}  // namespace

std::optional<base::UnixTime> LocalTime::to_unix(WallSeconds wall) {
  const WallSeconds hour = hour_of(wall);
  if (hour == hour_) return static_cast<base::UnixTime>(wall + offset_);
  const std::optional<int64_t> time = ask(wall);
  if (!time) return std::nullopt;
  // Remembered only if no change of the zone's rules is inside the hour. mktime is not asked for
  // that: its answer in a doubled hour depends on what it was asked before.
  const int64_t offset = *time - wall;
  if (has_offset(hour + offset, offset) && has_offset(hour + kHour - 1 + offset, offset)) {
    hour_ = hour;
    offset_ = offset;
  }
  return static_cast<base::UnixTime>(*time);
}

bool LocalTime::is_even_hour(WallSeconds wall) const {
  return hour_of(wall) == hour_;
}

WallSeconds LocalTime::wall_at(base::UnixTime time) {
  const auto second = static_cast<int64_t>(std::floor(time));
  if (second == second_) return wall_;
  const std::time_t value = second;
  std::tm tm{};
  if (!localtime_r(&value, &tm)) return second;
  second_ = second;
  wall_ = second + tm.tm_gmtoff;
  return wall_;
}

}  // namespace gaoler::dates
