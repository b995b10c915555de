#include "server/local_time_text.h"

#include <cmath>
#include <ctime>

namespace gaoler::server {

std::string local_time_text(base::UnixTime time) {
  const auto seconds = static_cast<time_t>(std::floor(time));
  tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return "9999-12-31 23:59:59";
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
  return text;
}

}  // namespace gaoler::server
