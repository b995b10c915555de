// Node: the tree of a parsed pattern.
//
// What the parser makes and what is read from it: the text for the engine (engine_text.h) and the
// literals every match needs (literals.h). Flags are already applied: a literal that ignores case
// carries all its forms, a dot is a set, an anchor is one of those below. Plain values, owned by
// their parent.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regex/char_set.h"

namespace gaoler::regex {

inline constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

enum class Anchor {
  text_start,                 // ^ or \A
  text_end,                   // \Z
  text_end_or_final_newline,  // $
  line_start,                 // ^ with MULTILINE
  line_end,                   // $ with MULTILINE
  word_boundary,              // \b
  not_word_boundary,          // \B
};

enum class Greed { greedy, lazy, possessive };

struct Node {
  enum class Kind {
    literal,      // character; set if case is ignored
    set,          // one character of set
    anchor,       // anchor, alphabet
    sequence,     // children one after the other (none: matches the empty text)
    branch,       // the first child that fits
    repeat,       // children[0] min..max times
    group,        // children[0], captured as `group`
    atomic,       // children[0] without going back into it
    look,         // children[0] ahead or behind, negated or not
    backref,      // the text of `group` again
    conditional,  // children[0] if `group` took part, else children[1]
  };

  Kind kind = Kind::sequence;
  char32_t character = 0;
  std::shared_ptr<const CharSet> set;
  Anchor anchor = Anchor::text_start;
  Alphabet alphabet = Alphabet::unicode;
  bool ignore_case = false;  // backref
  bool behind = false;
  bool negative = false;
  Greed greed = Greed::greedy;
  size_t min = 0;  // repeat; look behind: how many characters
  size_t max = 0;  // kUnlimited
  size_t group = 0;
  std::vector<Node> children;

  bool single_character() const { return kind == Kind::literal || kind == Kind::set; }
};

// Whether a node may match without taking a character (a back reference may).
bool can_be_empty(const Node& node);

// A whole pattern.
struct Syntax {
  Node root;
  size_t group_count = 0;
  std::vector<std::pair<std::string, size_t>> names;  // in order of number
};

// How many characters a node takes, at least and at most (kUnlimited: no bound).
struct Width {
  size_t min = 0;
  size_t max = 0;
  bool fixed() const { return min == max; }
};

// By number of the group; nothing while it is open.
using GroupWidths = std::vector<std::optional<Width>>;
Width width_of(const Node& node, const GroupWidths& groups);

}  // namespace gaoler::regex
