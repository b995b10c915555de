// Prefilter: which of many regular expressions a text can match at all, found in one pass over the
// text.
//
// Built from the literals that each expression requires (regex/literals.h): one automaton
// (Aho-Corasick) finds the most telling clause of all of them at once. It may name an expression
// that does not match, never leave out one that does - neither for the text itself nor for any part
// of it with a newline behind, which is what a prefregex leaves over. Immutable but for the answer
// of the last question; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "regex/literals.h"

namespace gaoler::filter {

class Prefilter {
 public:
  Prefilter() = default;
  // The literals are those of the expressions in their order; lent for the call.
  explicit Prefilter(const std::vector<const regex::Literals*>& expressions);

  // Asks; true if any expression can match.
  bool scan(std::string_view text);
  // The answer for one expression. As many may be asked as were given.
  bool may_match(size_t expression) const { return seen_[expression] == question_; }

 private:
  static constexpr size_t kMaxStates =
      20000;  // 2 bytes each per byte class; beyond, expressions always may match

  using State = uint16_t;
  struct Node;

  void add(std::string_view text, size_t expression, std::vector<Node>& trie);
  void number_bytes(const std::vector<std::string_view>& texts);
  void link(std::vector<Node>& trie);
  State& next(State state, size_t byte_class) { return next_[state * classes_ + byte_class]; }

  std::array<uint8_t, 256>
      class_of_{};  // bytes that no literal has share class 0; letters ignore case
  size_t classes_ = 1;
  std::vector<State> next_;
  std::vector<std::vector<uint32_t>> found_;  // by state: the expressions whose literal ends here
  std::vector<bool> finds_;
  std::vector<uint32_t> always_;        // expressions that require nothing that could be looked for
  std::vector<uint32_t> unless_ascii_;  // those with letters that have forms beyond ASCII
  std::vector<uint64_t> seen_;          // by expression: the last question it was found for
  uint64_t question_ = 0;
};

}  // namespace gaoler::filter
