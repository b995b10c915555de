// Engine text: a parsed pattern written for Boost.Regex.
//
// Everything Boost and Python could understand differently is spelled out: a set of characters
// becomes [[:N:]], where N is the number of one of `sets` (the engine's traits look it up), other
// characters \x{..}, `$` a look-ahead. So the text uses only groups, alternatives, repeats,
// look-around, back references and \A \z \b.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "regex/syntax.h"

namespace gaoler::regex {

// Look-behind of Boost takes no repeated groups: they are written out, this often at most.
inline constexpr size_t kMaxUnrolled = 1000;

enum class Subject {
  ascii,    // bytes below 0x80 only: nothing else can match
  unicode,  // code points
};

struct EngineText {
  std::string text;  // ASCII
  std::vector<CharSet> sets;
};

// Refuses what Boost cannot match as Python would, the exact matcher has to: for one, texts
// captured inside a look-around or an atomic group, which Boost keeps when it goes back past them.
base::Result<EngineText> engine_text(const Syntax& syntax, Subject subject);

}  // namespace gaoler::regex
