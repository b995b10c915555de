// Literals: texts a line must contain for a pattern to match it; a question of nanoseconds before
// the real search.
//
// A list of clauses: every match contains at least one text of each. May say yes to a line that
// does not match, never no to one that does. Nothing known is an empty list: always yes. Immutable;
// free to share between threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gaoler::regex {

struct Syntax;

// Beyond these a clause costs more than it saves.
inline constexpr size_t kMaxClauses = 3;
inline constexpr size_t kMaxAlternatives = 32;
inline constexpr size_t kMaxLiteralBytes = 64;

struct Literal {
  std::string text;          // lower-case if ignore_case
  bool ignore_case = false;  // of ASCII letters
  bool other_forms =
      false;  // has letters that match characters beyond ASCII too (k: the Kelvin sign)

  friend bool operator==(const Literal&, const Literal&) = default;
  friend auto operator<=>(const Literal&, const Literal&) = default;
};

class Literals {
 public:
  using Clause = std::vector<Literal>;  // any of these

  Literals() = default;
  explicit Literals(std::vector<Clause> clauses) : clauses_(std::move(clauses)) {}

  bool may_match(std::string_view line) const;
  const std::vector<Clause>& clauses() const { return clauses_; }  // the most telling first

 private:
  std::vector<Clause> clauses_;
};

Literals required_literals(const Syntax& syntax);

}  // namespace gaoler::regex
