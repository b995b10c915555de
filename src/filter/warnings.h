// Warnings: what a filter has to say about lines, under its jail's name and not once per line.
//
// The sink is lent. Each kind of warning comes once a day; in between its first sentence goes to
// the trace level.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/time.h"

namespace gaoler::filter {

inline constexpr std::string_view kLogger = "fail2ban.filter";

class Warnings {
 public:
  enum class Kind : size_t { odd_time, too_old, undated_match };

  Warnings(std::string jail, base::LogSink& log) : jail_(std::move(jail)), log_(&log) {}

  // True if a warning of this kind would be seen: spares making its texts.
  bool due(Kind kind, base::UnixTime now) const;
  void daily(Kind kind, base::UnixTime now, const std::vector<std::string>& sentences);
  // At once, with the jail's name.
  void warn(std::string_view text);
  void error(std::string_view text);

 private:
  static constexpr base::Seconds kDay = 86400;

  std::string jail_;
  base::LogSink* log_;
  std::array<base::UnixTime, 3> next_{};
};

}  // namespace gaoler::filter
