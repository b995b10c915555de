// A span of time for people, as fail2ban 1.1 writes it in its log: "59m 54s", "1h", "2d 7h 15m",
// "1y 3w 4d".
//
// At most three units; the longer the span the coarser it is rounded.
#pragma once

#include <string>

#include "base/time.h"

namespace gaoler::base {

std::string duration_text(Seconds span);

}  // namespace gaoler::base
