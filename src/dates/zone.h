// Zone: how a wall-clock time without a zone becomes a point in time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace gaoler::dates {

class Zone {
 public:
  static Zone system();
  // logtimezone: "UTC+0200", "+02:00", "CET" - fixed offsets, no summer time, as fail2ban.
  static base::Result<Zone> parse(std::string_view text);

  // Fixed offset east of UTC in seconds; nothing for the system's zone with its rules.
  std::optional<int> fixed_offset() const { return offset_; }

 private:
  std::optional<int> offset_;
};

}  // namespace gaoler::dates
