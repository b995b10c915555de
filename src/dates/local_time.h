// LocalTime: the rules of the system's zone, as the C library knows them (TZ, /etc/localtime).
//
// Remembers the last hour, because the C library is slow and logs move slowly; so it belongs to one
// thread. Where summer time ends, an hour comes twice: the C library takes the offset of the time
// it was asked before, and so do we. Where it begins, the missing hour is read with the old offset.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "dates/calendar.h"

namespace gaoler::dates {

class LocalTime {
 public:
  // Nothing when the time cannot be expressed.
  std::optional<base::UnixTime> to_unix(WallSeconds wall);
  // Whether all of its hour has the offset that to_unix() just gave it.
  bool is_even_hour(WallSeconds wall) const;
  // The wall clock at that moment, whole seconds.
  WallSeconds wall_at(base::UnixTime time);

 private:
  static constexpr WallSeconds kNone = INT64_MIN;

  WallSeconds hour_ = kNone;  // the hour of the wall clock that offset_ holds for
  int64_t offset_ = 0;        // what to add to wall seconds
  int64_t second_ = kNone;    // last asked of wall_at
  WallSeconds wall_ = 0;
};

}  // namespace gaoler::dates
