// A point in time as log lines and listings show it: "2026-11-22 14:53:31", local time.
#pragma once

#include <string>

#include "base/time.h"

namespace gaoler::server {

std::string local_time_text(base::UnixTime time);

}  // namespace gaoler::server
