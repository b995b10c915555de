// Formula: an arithmetic expression in Python's syntax, as bantime.formula and bantime.factor hold.
//
// Understood: numbers, + - * / // % **, << >> & | ^ ~, comparisons (chained too), and/or/not,
// `a if c else b`, parentheses, the names the caller allows (ban.Time, ban.Count, banFactor), True
// and False, float int bool abs round min max, and the functions and constants of math. Everything
// else is refused with its position when it is compiled; nothing is ever executed. Integers and
// floats behave as Python's; an integer beyond 64 bits goes on as a float (the difference to
// Python).
//
// Immutable once compiled, copied by reference, free to share between threads. Size and nesting
// are bounded, and so is the time of an evaluation: it visits every part at most once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace gaoler::jail {

class Formula {
 public:
  static constexpr size_t kMaxBytes = 2000;
  static constexpr int kMaxDepth = 50;

  using Number = std::variant<int64_t, double>;  // True and False are 1 and 0
  // The value of a name ("ban.Time"); nothing for a name that is not allowed. Asked at compile time
  // whether a name exists and at evaluation for its value.
  using Names = std::function<std::optional<Number>(std::string_view name)>;

  static base::Result<Formula> compile(std::string_view text, const Names& allowed = {});

  // Fails as Python would raise: division by zero, a domain of math, a shift of a float, ...
  base::Result<Number> evaluate(const Names& values = {}) const;

  const std::string& text() const;

 private:
  struct Compiled;
  explicit Formula(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

double to_double(const Formula::Number& number);

}  // namespace gaoler::jail
