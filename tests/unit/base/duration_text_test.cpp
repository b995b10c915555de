#include "base/duration_text.h"

#include <gtest/gtest.h>

namespace gaoler::base {
namespace {

TEST(DurationText, HasThreeUnitsAtMostAndIsCoarserTheLongerItIs) {
  const std::pair<double, const char*> cases[] = {
      {0, "0"},
      {5, "5s"},
      {59, "59s"},
      {60, "1m"},
      {61, "1m 1s"},
      {3594, "59m 54s"},
      {3595, "1h"},
      {3605, "1h"},
      {3655, "1h 1m"},
      {7199, "2h"},
      {86399, "24h"},
      {86400, "1d"},
      {86400 * 2 + 3599, "2d 1h"},
      {90061, "1d 1h 1m"},
      {604799, "7d"},
      {604800, "1w"},
      {604800 * 3 + 5, "3w"},
      {31535999, "52w 1d"},
      {31536000, "1y"},
      {86400 * 390.0, "1y 3w 4d"},
      {86400 * 365.5, "1y 1d"},
      {217123456, "6y 46w 1d"},
  };
  for (const auto& [seconds, text] : cases) EXPECT_EQ(duration_text(seconds), text) << seconds;
}

}  // namespace
}  // namespace gaoler::base
