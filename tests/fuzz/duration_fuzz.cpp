// Spans of time as configuration and commands write them: any text gives a number or an error.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/duration.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto duration = gaoler::base::read_duration({reinterpret_cast<const char*>(data), size});
  if (duration && !std::isfinite(duration->seconds)) std::abort();
  return 0;
}
