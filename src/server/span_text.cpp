#include "server/span_text.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <string_view>

namespace gaoler::server {
namespace {

struct Unit {
  std::string_view letter;
  int64_t seconds;
};

constexpr std::array<Unit, 6> kUnits{{
    {"y", 365 * 24 * 3600},
    {"w", 7 * 24 * 3600},
    {"d", 24 * 3600},
    {"h", 3600},
    {"m", 60},
    {"s", 1},
}};
constexpr int kShownUnits = 3;

}  // namespace

std::string local_time_text(base::UnixTime time) {
  const auto seconds = static_cast<time_t>(std::floor(time));
  tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return "9999-12-31 23:59:59";
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
  return text;
}

std::string span_text(base::Seconds span) {
  auto rest = static_cast<int64_t>(std::llround(std::abs(span)));
  std::string out = span < 0 ? "-" : "";
  int shown = 0;
  for (const Unit& unit : kUnits) {
    const int64_t count = rest / unit.seconds;
    rest %= unit.seconds;
    if (count == 0 && shown == 0) continue;
    if (count > 0) out += (shown > 0 ? " " : "") + std::to_string(count) + std::string(unit.letter);
    if (++shown == kShownUnits) break;
  }
  return shown == 0 ? "0s" : out;
}

}  // namespace gaoler::server
