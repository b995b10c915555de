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
  static Zone system() { return Zone(); }
  // logtimezone: "UTC+0200", "+02:00", "CET" - fixed offsets, no summer time, as fail2ban.
  static base::Result<Zone> parse(std::string_view text);

  // Fixed offset east of UTC in seconds; nothing for the system's zone with its rules.
  std::optional<int> fixed_offset() const { return offset_; }

 private:
  std::optional<int> offset_;
};

// What a zone written in a log line means, in seconds east of UTC: "Z", "GMT", "CET", "+0200",
// "UTC-05:30". Nothing for an abbreviation that is not known, or not in capitals.
std::optional<int> zone_offset(std::string_view text);

}  // namespace gaoler::dates
