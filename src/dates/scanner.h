// Scanner: a small matcher for the regular expressions of dates.
//
// Every line is searched for a date, often by many templates and in vain, and a date is short: a
// plain backtracking walk over the parsed pattern with a table of first bytes does that many times
// faster than the general engine, and it is made in microseconds. It understands most of the
// dialect; what it does not (repeated groups without a bound, conditions, atomic groups) is left to
// regex::Pattern, and so is a search that takes too many steps. Where it answers, it answers as
// Pattern does (tests/unit/dates/scanner_test.cpp compares them). Immutable; one State per thread.
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

namespace gaoler::dates {

inline constexpr size_t kMaxScannerSteps = 50'000;  // per search
inline constexpr size_t kMaxScannerSize = 2'000;    // operations of one program
inline constexpr size_t kMaxScannerGroups = 64;

class Scanner {
 public:
  // Nothing for a pattern with parts it does not understand.
  static std::optional<Scanner> make(const regex::Syntax& syntax);

  // As regex::Pattern::search; gave_up means: ask Pattern.
  regex::Outcome search(std::string_view text, size_t from, std::vector<regex::Span>& groups) const;

 private:
  enum class Op : uint8_t {
    accept,
    byte,        // of ASCII
    set,         // one character
    repeat,      // of a set, as many as fit first
    repeat_few,  // of a set, as few as needed
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
    std::bitset<128> ascii;
    std::shared_ptr<const regex::CharSet> all;
    bool beyond_ascii = false;
  };
  // The bytes that can begin each way of a split; all of them for a way that may be empty.
  struct Ways {
    std::bitset<256> next, other;
  };
  class Builder;
  class Run;

  std::vector<Step> steps_;
  std::vector<Set> sets_;
  std::vector<Ways> ways_;
  uint32_t start_ = 0;
  size_t group_count_ = 0;
  bool only_at_start_ = false;  // of the text
  bool may_be_empty_ = false;
  std::bitset<256> first_bytes_;  // that a match can begin with
};

}  // namespace gaoler::dates
