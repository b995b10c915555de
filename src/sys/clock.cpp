#include "sys/clock.h"

#include <ctime>

namespace gaoler::sys {

base::UnixTime SystemClock::now() const {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace gaoler::sys
