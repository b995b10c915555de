// Points in time and spans, as fail2ban counts them.
//
// Both are seconds in a double: log formats carry fractions, the database and the socket protocol
// carry floats, and the rate estimate of the failure ticker must round exactly as fail2ban's does.
// No clock lives here: whoever needs "now" is given it (sys/clock.h is the only reader of the real
// one).
#pragma once

namespace gaoler::base {

using UnixTime = double;  // seconds since 1970-01-01 00:00 UTC
using Seconds = double;   // a span; where a ban time, -1 means for ever

inline constexpr Seconds kForever = -1;

}  // namespace gaoler::base
