#include "base/duration_text.h"

#include <array>
#include <cmath>
#include <cstdint>

namespace gaoler::base {
namespace {

struct Unit {
  int64_t size;  // in steps of the row
  char letter;
};

// From `least` seconds on, a span is counted in steps of so many seconds and written in these
// units.
struct Row {
  Seconds least;
  int64_t step;
  std::array<Unit, 3> units;
};

constexpr int64_t kDay = 86400;
constexpr std::array<Row, 4> kRows = {{
    {365 * kDay, kDay, {{{365, 'y'}, {7, 'w'}, {1, 'd'}}}},
    {7 * kDay, 3600, {{{168, 'w'}, {24, 'd'}, {1, 'h'}}}},
    {kDay, 60, {{{1440, 'd'}, {60, 'h'}, {1, 'm'}}}},
    {3595, 10, {{{360, 'h'}, {6, 'm'}, {0, ' '}}}},
}};
constexpr Row kShort = {0, 1, {{{60, 'm'}, {1, 's'}, {0, ' '}}}};

std::string in_units(const Row& row, int64_t steps) {
  std::string text;
  for (const Unit& unit : row.units) {
    if (unit.size == 0 || steps < unit.size) continue;
    if (!text.empty()) text += ' ';
    text += std::to_string(steps / unit.size) + unit.letter;
    steps %= unit.size;
  }
  return text.empty() ? "0" : text;
}

}  // namespace

std::string duration_text(Seconds span) {
  for (const Row& row : kRows) {
    if (span >= row.least) {
      return in_units(row, std::llrint(span / static_cast<double>(row.step)));
    }
  }
  return in_units(kShort, static_cast<int64_t>(span));
}

}  // namespace gaoler::base
