#include "jail/formula.h"

#include <vector>

#include "jail/formula_math.h"
#include "jail/formula_node.h"

namespace gaoler::jail {

struct Formula::Compiled {
  std::string text;
  FormulaNode root;
};

namespace {

using Number = Formula::Number;

class Evaluator {
 public:
  Evaluator(std::string_view text, const Formula::Names& values) : text_(text), values_(values) {}

  FormulaResult value(const FormulaNode& node) const {
    switch (node.op) {
      case FormulaOp::number:
        return node.number;
      case FormulaOp::name:
        return named(node);
      case FormulaOp::call:
        return call(node);
      case FormulaOp::if_else:
        return if_else(node);
      case FormulaOp::logic_or:
        return logic(node, true);
      case FormulaOp::logic_and:
        return logic(node, false);
      case FormulaOp::logic_not:
        return negated(node);
      case FormulaOp::compare:
        return compare(node);
      case FormulaOp::unary:
        return unary(node);
      case FormulaOp::binary:
        return binary(node);
    }
    return base::Error{"unknown operation"};
  }

 private:
  FormulaResult placed(FormulaResult result, const FormulaNode& node) const {
    if (result) return result;
    return base::Error{result.error().message + formula_place(text_, node.position)};
  }

  FormulaResult named(const FormulaNode& node) const {
    const auto known = values_ ? values_(node.name) : std::nullopt;
    if (!known) return placed(base::Error{"name '" + node.name + "' has no value"}, node);
    return *known;
  }

  FormulaResult call(const FormulaNode& node) const {
    std::vector<Number> arguments;
    for (const FormulaNode& child : node.children) {
      FormulaResult argument = value(child);
      if (!argument) return argument;
      arguments.push_back(*argument);
    }
    return placed(node.function->call(arguments), node);
  }

  FormulaResult if_else(const FormulaNode& node) const {
    const FormulaResult condition = value(node.children[0]);
    if (!condition) return condition;
    return value(node.children[is_true(*condition) ? 1 : 2]);
  }

  // `or` ends at the first true value, `and` at the first false one; the value itself is the
  // result.
  FormulaResult logic(const FormulaNode& node, bool ends_at) const {
    FormulaResult left = value(node.children[0]);
    if (!left || is_true(*left) == ends_at) return left;
    return value(node.children[1]);
  }

  FormulaResult negated(const FormulaNode& node) const {
    const FormulaResult operand = value(node.children[0]);
    if (!operand) return operand;
    return Number{int64_t{!is_true(*operand)}};
  }

  FormulaResult compare(const FormulaNode& node) const {
    FormulaResult left = value(node.children[0]);
    if (!left) return left;
    for (size_t i = 0; i < node.comparisons.size(); ++i) {
      FormulaResult right = value(node.children[i + 1]);
      if (!right) return right;
      if (!compare_numbers(node.comparisons[i], *left, *right)) return Number{int64_t{0}};
      left = right;
    }
    return Number{int64_t{1}};
  }

  FormulaResult unary(const FormulaNode& node) const {
    const FormulaResult operand = value(node.children[0]);
    if (!operand) return operand;
    return placed(apply_unary(node.name, *operand), node);
  }

  FormulaResult binary(const FormulaNode& node) const {
    const FormulaResult left = value(node.children[0]);
    if (!left) return left;
    const FormulaResult right = value(node.children[1]);
    if (!right) return right;
    return placed(apply_binary(node.name, *left, *right), node);
  }

  std::string_view text_;
  const Formula::Names& values_;
};

}  // namespace

base::Result<Formula> Formula::compile(std::string_view text, const Names& allowed) {
  if (text.size() > kMaxBytes) {
    return base::Error{"longer than " + std::to_string(kMaxBytes) + " bytes"};
  }
  auto root = parse_formula(text, allowed);
  if (!root) return root.error();
  return Formula(std::make_shared<Compiled>(Compiled{std::string(text), std::move(*root)}));
}

base::Result<Formula::Number> Formula::evaluate(const Names& values) const {
  return Evaluator(compiled_->text, values).value(compiled_->root);
}

const std::string& Formula::text() const {
  return compiled_->text;
}

}  // namespace gaoler::jail
