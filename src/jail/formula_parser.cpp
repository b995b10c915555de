#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "jail/formula_math.h"
#include "jail/formula_node.h"

namespace gaoler::jail {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

enum class TokenKind { end, number, name, op, bad };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  size_t position = 0;
};

// Operators, longer ones first.
constexpr std::array<std::string_view, 23> kOperators{
    "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+", "-", "*", "/",
    "%",  "<",  ">",  "&",  "|",  "^",  "~",  "(",  ")", ",", "."};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && base::kBlanks.find(text_[at_]) != std::string_view::npos) ++at_;
    if (at_ == text_.size()) return {TokenKind::end, {}, at_};
    const char c = text_[at_];
    const char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (is_digit(c) || (c == '.' && is_digit(after))) return cut(TokenKind::number, number_end());
    if (is_letter(c)) return cut(TokenKind::name, name_end());
    for (const std::string_view op : kOperators) {
      if (text_.substr(at_).starts_with(op)) return cut(TokenKind::op, at_ + op.size());
    }
    return cut(TokenKind::bad, at_ + 1);
  }

 private:
  Token cut(TokenKind kind, size_t end) {
    const Token token{kind, text_.substr(at_, end - at_), at_};
    at_ = end;
    return token;
  }

  // Everything that could belong to it; whether it is a number is seen when it is read.
  size_t number_end() const {
    size_t end = at_;
    const bool based = text_[at_] == '0' && at_ + 1 < text_.size() && is_letter(text_[at_ + 1]);
    while (end < text_.size()) {
      const char c = text_[end];
      const bool sign = (c == '+' || c == '-') && end > at_ && !based &&
                        (text_[end - 1] == 'e' || text_[end - 1] == 'E');
      if (!is_digit(c) && !is_letter(c) && c != '.' && !sign) break;
      ++end;
    }
    return end;
  }

  // With its dots: "ban.Time", "math.exp".
  size_t name_end() const {
    size_t end = at_;
    while (end < text_.size()) {
      const bool dot = text_[end] == '.' && end + 1 < text_.size() && is_letter(text_[end + 1]);
      if (!is_letter(text_[end]) && !is_digit(text_[end]) && !dot) break;
      ++end;
    }
    return end;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Digits of a base; nothing unless all are. Beyond 64 bits it is a float.
std::optional<Formula::Number> read_whole(std::string_view digits, int base) {
  if (digits.empty()) return std::nullopt;
  int64_t value = 0;
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (end != digits.data() + digits.size()) return std::nullopt;
  if (problem == std::errc()) return Formula::Number{value};
  double sum = 0;
  for (const char c : digits) {
    sum = sum * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return std::isfinite(sum) ? std::optional(Formula::Number{sum}) : std::nullopt;
}

// Python wants a digit on both sides of an underscore, or the base's letter before it: 0x_1f.
bool has_stray_underscore(std::string_view word) {
  const bool based = word.size() > 1 && word[0] == '0' && is_letter(word[1]) && word[1] != '_';
  for (size_t at = word.find('_'); at != std::string_view::npos; at = word.find('_', at + 1)) {
    if (at == 0 || at + 1 == word.size()) return true;
    for (const char c : {word[at - 1], word[at + 1]}) {
      if (!is_digit(c) && (!based || c == '_' || !is_letter(c))) return true;
    }
  }
  return false;
}

// A Python literal: 10, 1_000, 0x1f, 1.5, .5, 1e-3.
std::optional<Formula::Number> read_number(std::string_view word) {
  if (has_stray_underscore(word)) return std::nullopt;
  const std::string text = base::replace_all(base::to_lower(word), "_", "");
  if (text.starts_with("0x")) return read_whole(std::string_view(text).substr(2), 16);
  if (text.starts_with("0o")) return read_whole(std::string_view(text).substr(2), 8);
  if (text.starts_with("0b")) return read_whole(std::string_view(text).substr(2), 2);
  if (text.find_first_not_of("0123456789") == std::string::npos) {
    const bool padded = text[0] == '0' && text.find_first_not_of('0') != std::string::npos;
    return padded ? std::nullopt : read_whole(text, 10);
  }
  if (text.find_first_not_of("0123456789.e+-") != std::string::npos) return std::nullopt;
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || problem != std::errc()) return std::nullopt;
  return Formula::Number{value};
}

// Binary operators by how tightly they bind; ** is apart, for it binds to the right.
int binding_of(std::string_view op) {
  if (op == "|") return 1;
  if (op == "^") return 2;
  if (op == "&") return 3;
  if (op == "<<" || op == ">>") return 4;
  if (op == "+" || op == "-") return 5;
  if (op == "*" || op == "/" || op == "//" || op == "%") return 6;
  return 0;
}

bool is_comparison(std::string_view op) {
  return op == "<" || op == "<=" || op == ">" || op == ">=" || op == "==" || op == "!=";
}

// Recursive descent over Python's grammar of expressions. The first problem is kept; every rule
// then sees the end of the text, so nothing goes on after it.
class Parser {
 public:
  Parser(std::string_view text, const Formula::Names& allowed)
      : text_(text), lexer_(text), allowed_(allowed), token_(lexer_.next()) {}

  base::Result<FormulaNode> parse() {
    FormulaNode root = conditional();
    if (!error_ && token_.kind != TokenKind::end) fail("unexpected '" + here() + "'");
    if (error_) return base::Error{*error_};
    return root;
  }

 private:
  struct Nested {  // counts one level for as long as it lives
    explicit Nested(Parser& owner) : parser(owner) {
      if (++parser.depth_ > Formula::kMaxDepth) parser.fail("nested too deeply");
    }
    ~Nested() { --parser.depth_; }
    Parser& parser;
  };

  std::string here() const { return std::string(token_.text); }
  bool at_op(std::string_view op) const {
    return token_.kind == TokenKind::op && token_.text == op;
  }
  bool at_word(std::string_view word) const {
    return token_.kind == TokenKind::name && token_.text == word;
  }
  void advance() {
    if (!error_) token_ = lexer_.next();
  }

  FormulaNode fail(const std::string& why) {
    if (!error_) error_ = why + formula_place(text_, token_.position);
    token_ = {TokenKind::end, {}, text_.size()};
    return {};
  }

  // At the current token, or where its first child stands.
  template <class... Child>
  FormulaNode make(FormulaOp op, std::string_view name, Child... children) {
    FormulaNode node;
    node.op = op;
    node.name = name;
    (node.children.push_back(std::move(children)), ...);
    node.position = node.children.empty() ? token_.position : node.children.front().position;
    return node;
  }

  FormulaNode conditional() {
    const Nested level(*this);
    FormulaNode first = logic_or();
    if (!at_word("if")) return first;
    advance();
    FormulaNode condition = logic_or();
    if (!at_word("else")) return fail("'if' without 'else'");
    advance();
    FormulaNode otherwise = conditional();
    return make(FormulaOp::if_else, "", std::move(condition), std::move(first),
                std::move(otherwise));
  }

  FormulaNode logic_or() {
    FormulaNode left = logic_and();
    while (at_word("or")) {
      advance();
      FormulaNode right = logic_and();
      left = make(FormulaOp::logic_or, "", std::move(left), std::move(right));
    }
    return left;
  }

  FormulaNode logic_and() {
    FormulaNode left = logic_not();
    while (at_word("and")) {
      advance();
      FormulaNode right = logic_not();
      left = make(FormulaOp::logic_and, "", std::move(left), std::move(right));
    }
    return left;
  }

  FormulaNode logic_not() {
    if (!at_word("not")) return comparison();
    const Nested level(*this);
    advance();
    return make(FormulaOp::logic_not, "", logic_not());
  }

  FormulaNode comparison() {
    FormulaNode first = binary(1);
    if (token_.kind != TokenKind::op || !is_comparison(token_.text)) return first;
    FormulaNode chain = make(FormulaOp::compare, "", std::move(first));
    while (token_.kind == TokenKind::op && is_comparison(token_.text)) {
      chain.comparisons.push_back(here());
      advance();
      chain.children.push_back(binary(1));
    }
    return chain;
  }

  FormulaNode binary(int least) {
    FormulaNode left = unary();
    while (token_.kind == TokenKind::op && binding_of(token_.text) >= least) {
      const std::string op = here();
      advance();
      FormulaNode right = binary(binding_of(op) + 1);
      left = make(FormulaOp::binary, op, std::move(left), std::move(right));
    }
    return left;
  }

  FormulaNode unary() {
    if (!at_op("+") && !at_op("-") && !at_op("~")) return power();
    const Nested level(*this);
    FormulaNode node = make(FormulaOp::unary, token_.text);
    advance();
    node.children.push_back(unary());
    return node;
  }

  FormulaNode power() {
    FormulaNode base = atom();
    if (!at_op("**")) return base;
    const Nested level(*this);
    advance();
    FormulaNode exponent = unary();
    return make(FormulaOp::binary, "**", std::move(base), std::move(exponent));
  }

  FormulaNode atom() {
    if (at_op("(")) {
      advance();
      FormulaNode inner = conditional();
      if (!at_op(")")) return fail("')' is missing");
      advance();
      return inner;
    }
    if (token_.kind == TokenKind::number) return number();
    if (token_.kind == TokenKind::name) return name();
    if (token_.kind == TokenKind::end) return fail("a value is missing");
    return fail("unexpected '" + here() + "'");
  }

  FormulaNode number() {
    const auto value = read_number(token_.text);
    if (!value) return fail("'" + here() + "' is not a number");
    FormulaNode node = make(FormulaOp::number, "");
    node.number = *value;
    advance();
    return node;
  }

  FormulaNode name() {
    if (const FormulaFunction* function = find_formula_function(token_.text)) {
      return call(*function);
    }
    if (const auto constant = find_formula_constant(token_.text)) {
      FormulaNode node = make(FormulaOp::number, "");
      node.number = *constant;
      advance();
      return node;
    }
    if (!allowed_ || !allowed_(token_.text)) return fail("unknown name '" + here() + "'");
    FormulaNode node = make(FormulaOp::name, token_.text);
    advance();
    return node;
  }

  FormulaNode call(const FormulaFunction& function) {
    FormulaNode node = make(FormulaOp::call, function.name);
    node.function = &function;
    advance();
    if (!at_op("(")) return fail("'(' is missing behind " + node.name);
    advance();
    while (!at_op(")")) {
      node.children.push_back(conditional());
      if (at_op(",")) {
        advance();
      } else if (!at_op(")")) {
        return fail("')' is missing");
      }
    }
    if (node.children.size() < function.fewest || node.children.size() > function.most) {
      return fail(node.name + " cannot take " + std::to_string(node.children.size()) +
                  " arguments");
    }
    advance();
    return node;
  }

  std::string_view text_;
  Lexer lexer_;
  const Formula::Names& allowed_;
  int depth_ = 0;
  std::optional<std::string> error_;
  Token token_;
};

}  // namespace

std::string formula_place(std::string_view text, size_t position) {
  return " at character " + std::to_string(position + 1) + " of '" + std::string(text) + "'";
}

base::Result<FormulaNode> parse_formula(std::string_view text, const Formula::Names& allowed) {
  return Parser(text, allowed).parse();
}

}  // namespace gaoler::jail
