// FormulaMath: Python's arithmetic on int (64 bits, then float) and float, and the functions a
// Formula may call. Private to formula*.cpp; pure. Errors have Python's words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "jail/formula.h"

namespace gaoler::jail {

using FormulaResult = base::Result<Formula::Number>;

struct FormulaFunction {
  std::string_view name;  // "math.exp", "int"
  size_t fewest;
  size_t most;
  FormulaResult (*call)(const std::vector<Formula::Number>& arguments);
};

// nullptr: no such function.
const FormulaFunction* find_formula_function(std::string_view name);
// math.pi and its like.
std::optional<Formula::Number> find_formula_constant(std::string_view name);

FormulaResult apply_binary(std::string_view op, const Formula::Number& a, const Formula::Number& b);
FormulaResult apply_unary(std::string_view op, const Formula::Number& a);
// op: < <= > >= == !=
bool compare_numbers(std::string_view op, const Formula::Number& a, const Formula::Number& b);
bool is_true(const Formula::Number& number);

}  // namespace gaoler::jail
