#include "server/local_time_text.h"

#include <cmath>
#include <ctime>

namespace gaoler::server {

std::string local_time_text(base::UnixTime time) {
  const auto seconds = static_cast<time_t>(std::floor(time));
  tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return "9999-12-31 23:59:59";
  std::string text = "YYYY-mm-dd HH:MM:SS";
  // Not with strftime: a listing has many of them. A number takes the place of the letters that end
  // at `end`.
  const auto put = [&text](size_t end, int number) {
    for (size_t at = end; at-- > 0 && text[at] >= 'A'; number /= 10) {
      text[at] = static_cast<char>('0' + number % 10);
    }
  };
  const int year = local.tm_year + 1900;
  if (year > 9999) return "9999-12-31 23:59:59";
  put(4, year);
  put(7, local.tm_mon + 1);
  put(10, local.tm_mday);
  put(13, local.tm_hour);
  put(16, local.tm_min);
  put(19, local.tm_sec);
  return text;
}

}  // namespace gaoler::server
