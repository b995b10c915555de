// Ends of lines in text whose code units have 1, 2 or 4 bytes, of either byte order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace gaoler::sys {

// `wanted` at one end of the unit and zeros else. That both byte orders are taken harms nothing:
// the other one's character for a newline, U+0A00, does not exist.
inline bool is_character(std::string_view unit, char wanted) {
  return (unit.front() == wanted || unit.back() == wanted) &&
         std::count(unit.begin(), unit.end(), '\0') == static_cast<ptrdiff_t>(unit.size()) - 1;
}

// Where the unit of the first newline begins, npos without one. The text begins with a whole unit.
inline size_t find_newline(std::string_view text, size_t unit) {
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const size_t start = at - at % unit;
    if (start + unit <= text.size() && is_character(text.substr(start, unit), '\n')) return start;
  }
  return std::string_view::npos;
}

// Without a carriage return at its end.
inline std::string_view without_return(std::string_view line, size_t unit) {
  const bool ends = line.size() >= unit && is_character(line.substr(line.size() - unit), '\r');
  return ends ? line.substr(0, line.size() - unit) : line;
}

}  // namespace gaoler::sys
