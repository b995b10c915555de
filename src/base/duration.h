// Spans of time as configuration and commands write them: "600", "1d 12h", "1.5h", "1w-2h", "5*60",
// "-1".
//
// As fail2ban 1.1: each number may carry a unit (s, m, h, d, w, mo, y, their longer words, any
// case); the pieces add up, and + - * / and parentheses between them are arithmetic. A month
// is 30.4375 days, a year 365.25.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace gaoler::base {

// Refused with the place and the word that is not understood.
Result<Seconds> parse_duration(std::string_view text);

}  // namespace gaoler::base
