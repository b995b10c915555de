// Times and spans as log lines show them.
#pragma once

#include <string>

#include "base/time.h"

namespace gaoler::server {

// "2026-11-22 14:53:31", local time.
std::string local_time_text(base::UnixTime time);

// Up to three units, rounded: "6s", "59m 54s", "1w 1d 1h".
std::string span_text(base::Seconds span);

}  // namespace gaoler::server
