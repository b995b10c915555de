// Spans of time as configuration and commands write them: "600", "1d 12h", "1.5h", "1w-2h", "5*60",
// "-1".
//
// As fail2ban 1.1: each number may carry a unit (s, m, h, d, w, mo, y, their longer words, any
// case); the pieces add up, and + - * / // % ** and parentheses between them are arithmetic with
// Python's rules. A month is 30.4375 days, a year 365.25. A unit multiplies like `*` does, so "1+2
// h" is 7201. Text longer than kMaxDurationBytes is refused.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace gaoler::base {

inline constexpr size_t kMaxDurationBytes = 1000;

struct Duration {
  Seconds seconds = 0;
  // Python would hold an int: fail2ban prints such a value without ".0". Months, years, fractions
  // and / make floats.
  bool whole = true;

  friend bool operator==(const Duration&, const Duration&) = default;
};

// Refused with the place and the word that is not understood.
Result<Duration> read_duration(std::string_view text);

// The same, for who needs only the number.
Result<Seconds> parse_duration(std::string_view text);

}  // namespace gaoler::base
