// Prefilter: which of many regular expressions a text can match at all, found in one pass over the
// text.
//
// Built from the literals that each expression requires (regex/literals.h): of each its most
// telling clause, and others that can be looked for just as quickly. Three bytes at every few
// positions of the text are looked up in a table of those that literals have; only where one is
// known a literal is compared. It may name an expression that does not match, never leave out one
// that does - neither for the text itself nor for any part of it with a newline behind, which is
// what a prefregex leaves over. Immutable but for the answer of the last question; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "regex/literals.h"

namespace gaoler::filter {

class Prefilter {
 public:
  // The literals are those of the expressions in their order; lent for the call.
  explicit Prefilter(const std::vector<const regex::Literals*>& expressions);

  // Asks; true if any expression can match.
  bool scan(std::string_view text);
  // The answer for one expression. As many may be asked as were given.
  bool may_match(size_t expression) const {
    const Expression& asked = expressions_[expression];
    return asked.clauses == 0 || (asked.question == question_ && asked.found == asked.clauses);
  }

 private:
  static constexpr size_t kGram = 3;       // bytes looked up at once
  static constexpr size_t kMaxStride = 8;  // bytes from one look to the next
  static constexpr size_t kTableBits = 13;
  static constexpr size_t kMaxLiterals = 8000;  // expressions beyond these always may match

  // A literal that has the gram at some place.
  struct Entry {
    uint32_t literal;
    uint32_t offset;  // of the gram within the literal
    uint16_t next;    // in the same slot, 0: none; counted from 1
  };
  struct Literal {
    std::string text;  // folded
    uint32_t clause;
  };
  // Found by any of its literals.
  struct Clause {
    uint32_t expression;
    uint64_t question = 0;  // the last one it was found for
  };
  struct Expression {
    uint32_t clauses = 0;  // none: it always may match
    uint32_t found = 0;    // of them, in answer to the question
    uint64_t question = 0;
  };

  void add(const regex::Literals::Clause& clause, size_t expression);
  size_t add_first(const regex::Literals& literals, size_t expression);
  void add_cheap(const regex::Literals& literals, size_t from, size_t expression);
  void set_stride();
  bool fulfil(Clause& clause);
  void fill_table();
  bool look(std::string_view text);
  bool check(uint32_t first_entry, std::string_view text, size_t at);

  size_t stride_ = 1;
  std::vector<uint16_t> slots_;  // by hash of the gram: its first entry, 0: none
  std::vector<Entry> entries_;
  std::vector<Literal> literals_;
  std::vector<Clause> clauses_;
  std::vector<Expression> expressions_;
  std::vector<uint32_t> unless_ascii_;  // those with letters that have forms beyond ASCII
  bool always_ = false;                 // some expression always may match
  uint64_t question_ = 0;
};

}  // namespace gaoler::filter
