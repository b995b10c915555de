// Scanner: the quick matcher, for the patterns and lines of every day.
//
// A plain backtracking walk over the parsed pattern, on bytes, with tables of first bytes: twice as
// fast as the general engine, and made in microseconds. It understands most of the dialect; what it
// does not (repeated groups that may be empty, conditions, atomic groups) is left to that engine
// (regex/engine.h), and so is a search that takes too many steps. Immutable.
//
// The exact matcher (regex/exact_matcher.h) is for the opposite case: the whole dialect and hostile
// lines, bounded by remembering the places it tried. Here nothing is remembered within a search.
//
// Dates of one log look alike, so a search can leave behind a Shape: what it asked of the text and
// what was answered. Another text that answers the same has the same match, without a search.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "regex/pattern.h"
#include "regex/syntax.h"

namespace gaoler::regex {

inline constexpr size_t kMaxScannerSteps =
    50'000;  // per search, and some for each place it may begin at
inline constexpr size_t kMaxScannerStepsPerPlace = 2;
inline constexpr size_t kMaxScannerSize = 2'000;  // operations of one program
inline constexpr size_t kMaxScannerGroups = 64;
inline constexpr size_t kMaxScannerDepth = 4'000;  // choices open at once; 300 bytes of stack each

// A text by all that a successful search asked about it: which bytes would have given the same
// answers at each place. Of ASCII only.
class Shape {
 public:
  // Whether the same search of this text would find the same groups.
  bool fits(std::string_view text, size_t from) const {
    if (!known_ || from != from_ || text.size() < allowed_.size()) return false;
    if (end_seen_ && text.size() != size_) return false;
    for (size_t at = first_; at < allowed_.size(); ++at) {
      if (!allowed_[at][static_cast<unsigned char>(text[at])]) return false;
    }
    return true;
  }
  // A search was spared: learning was not in vain.
  void was_of_use() { learned_in_vain_ = 0; }
  const std::vector<Span>& groups() const { return groups_; }

  // What was asked, for those who look closer.
  size_t asked_size() const { return allowed_.size(); }
  bool asked_end() const { return end_seen_; }
  // The bytes that would do at a place in front of asked_size().
  const std::bitset<256>& allowed(size_t at) const { return allowed_[at]; }

 private:
  friend class Scanner;

  // Learning costs about a search: where shapes do not recur, only now and then.
  bool worth_learning() { return ++learned_in_vain_ < 8 || learned_in_vain_ % 32 == 0; }

  size_t learned_in_vain_ = 0;
  bool known_ = false;
  size_t from_ = 0;
  size_t size_ = 0;
  bool end_seen_ = false;  // the size of the text mattered
  size_t first_ = 0;       // nothing was asked in front of it
  std::vector<std::bitset<256>> allowed_;
  std::vector<Span> groups_;
};

class Scanner {
 public:
  // Nothing for a pattern with parts it does not understand.
  static std::optional<Scanner> make(const Syntax& syntax);

  // As Pattern::search; gave_up means: ask another matcher.
  Outcome search(std::string_view text, size_t from, std::vector<Span>& groups) const;
  // The same for a match that begins in [from, last], and the shape of the text if it matched.
  Outcome search(std::string_view text, size_t from, size_t last, std::vector<Span>& groups,
                 Shape& shape) const;

 private:
  enum class Op : uint8_t {
    accept,
    byte,        // of ASCII
    set,         // one character
    repeat,      // of a set, as many as fit first
    repeat_few,  // of a set, as few as needed
    repeat_all,  // of a set, neither more nor fewer than there are: what follows begins otherwise
    text_start,
    text_end,
    final_newline,  // the end or in front of a last newline
    boundary,
    no_boundary,
    open,
    close,
    split,        // next, or else other
    not_in_word,  // no word character in front, or none behind: (?!\B\w)
    look_ahead,
    look_behind,
    not_ahead,
    not_behind,
    same_text,   // as a group before
    alike_text,  // the same, case ignored
  };
  // One operation; `next` continues.
  struct Step {
    Op op = Op::accept;
    uint8_t byte = 0;
    uint16_t group = 0;
    uint32_t next = 0;
    uint32_t other = 0;  // split: the second way; look: the program inside
    uint32_t set = 0;    // of sets_; split: of ways_
    size_t min = 0;      // look_behind: characters to go back
    size_t max = 0;
  };
  struct Set {
    std::bitset<256> ascii;  // of its characters
    std::shared_ptr<const CharSet> all;
    bool beyond_ascii = false;
  };
  // The bytes that can begin each way of a split; all of them for a way that may be empty.
  struct Ways {
    std::bitset<256> next, other;
  };
  class Builder;
  class Unwatched;
  class Watch;
  template <class Observer>
  class Run;

  template <class Observer>
  Outcome search_watched(std::string_view text, size_t from, size_t last, std::vector<Span>& groups,
                         Observer& watch) const;

  std::vector<Step> steps_;
  std::vector<Set> sets_;
  std::vector<Ways> ways_;
  uint32_t start_ = 0;
  size_t group_count_ = 0;
  bool only_at_start_ = false;  // of the text
  bool may_be_empty_ = false;
  std::bitset<256> first_bytes_;  // that a match can begin with
};

}  // namespace gaoler::regex
