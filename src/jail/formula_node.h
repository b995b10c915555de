// FormulaNode: the tree of a compiled Formula. Private to formula*.cpp; immutable once parsed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "jail/formula.h"

namespace gaoler::jail {

enum class FormulaOp {
  number,
  name,
  call,
  if_else,  // children: condition, then, else
  logic_or,
  logic_and,
  logic_not,
  compare,  // a chain: children a b c, operators "<" "<=" -> a < b and b <= c
  unary,
  binary,
};

struct FormulaFunction;

struct FormulaNode {
  FormulaOp op = FormulaOp::number;
  size_t position = 0;  // in the text, for messages
  Formula::Number number = int64_t{0};
  std::string name;                      // of a name; the operator of unary and binary
  std::vector<std::string> comparisons;  // of a chain
  const FormulaFunction* function = nullptr;
  std::vector<FormulaNode> children;
};

// The text as a tree; refused with position and reason.
base::Result<FormulaNode> parse_formula(std::string_view text, const Formula::Names& allowed);

// "1 of 5": where something stands, for a person.
std::string formula_place(std::string_view text, size_t position);

}  // namespace gaoler::jail
