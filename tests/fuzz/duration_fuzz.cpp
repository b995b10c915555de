// Spans of time as configuration and commands write them: any text gives a number or an error, and
// a whole number of seconds written as such is read back.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "base/duration_text.h"
#include "fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gaoler::base;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto duration = read_duration(text);
  const auto seconds = parse_duration(text);
  require(duration.ok() == seconds.ok());
  if (!duration) {
    require(!duration.error().message.empty());
    return 0;
  }
  require(std::isfinite(duration->seconds) && *seconds == duration->seconds);
  constexpr double kExact = 1e15;  // below 2^53
  if (!duration->whole || std::abs(duration->seconds) > kExact) return 0;
  require(duration->seconds == std::floor(duration->seconds));
  (void)duration_text(duration->seconds);
  const auto again = read_duration(std::to_string(static_cast<std::int64_t>(duration->seconds)));
  require(again.ok() && *again == *duration);
  return 0;
}
