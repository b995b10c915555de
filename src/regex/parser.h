// Parser: Python's `re` dialect (3.11, text patterns) -> Syntax.
//
// Refuses what Python refuses, with Python's words and position ("missing ), unterminated
// subpattern at position 3"), because fail2ban shows them to its users. Positions count code
// points. Not supported and refused: \N{names}.
#pragma once

#include <string_view>

#include "base/result.h"
#include "regex/syntax.h"

namespace gaoler::regex {

inline constexpr size_t kMaxPatternBytes = 256 * 1024;
inline constexpr size_t kMaxNesting =
    90;  // groups within groups; the engine counts several of its own for each

struct ParseFlags {
  bool multiline = false;
  bool ignore_case = false;
};

base::Result<Syntax> parse(std::string_view pattern, ParseFlags flags);

}  // namespace gaoler::regex
