#include "regex/parser.h"

#include <optional>

#include "regex/names.h"
#include "regex/nodes.h"
#include "regex/parsing.h"
#include "regex/utf8.h"

namespace gaoler::regex {
namespace {

constexpr size_t kPythonMaxRepeat = 4294967295;

}  // namespace

base::Result<Syntax> Parser::run() {
  Syntax syntax;
  branches(syntax.root, flags_, true);
  if (!source_.failed() && source_.next_is(U')')) {
    source_.fail("unbalanced parenthesis", source_.position());
  }
  for (const auto& [number, position] : conditional_groups_) {
    if (number >= groups_.size()) {
      source_.fail("invalid group reference " + std::to_string(number), position);
    }
  }
  if (variable_look_behind_) {
    source_.fail_without_position("look-behind requires fixed-width pattern");
  }
  if (source_.failed()) return base::Error{source_.error()};
  syntax.group_count = groups_.size() - 1;
  syntax.names = std::move(ordered_names_);
  return syntax;
}

bool Parser::branches(Node& out, Flags& flags, bool top) {
  out.kind = Node::Kind::branch;
  do {
    Node child;
    if (!sequence(child, flags, top && out.children.empty())) return false;
    out.children.push_back(std::move(child));
  } while (source_.match(U'|'));
  if (out.children.size() == 1) {
    Node only = std::move(out.children.front());
    out = std::move(only);
  }
  return true;
}

bool Parser::sequence(Node& out, Flags& flags, bool first) {
  out.kind = Node::Kind::sequence;
  while (true) {
    const size_t start = source_.position();
    std::optional<Token> token = source_.peek();
    if (!token) return !source_.failed();
    if (token->is(U'|') || token->is(U')')) return true;
    source_.next();
    if (flags.verbose && !token->escaped) {
      if (is_blank(token->character)) continue;
      if (token->character == U'#') {
        skip_comment_line();
        if (source_.failed()) return false;
        continue;
      }
    }
    if (!token->escaped &&
        std::u32string_view(U"*+?{").find(token->character) != std::u32string_view::npos) {
      if (!repeat(out, token->character, start)) return false;
      continue;
    }
    Node node;
    if (!element(node, *token, start, flags, first && out.children.empty())) return false;
    const bool nothing = node.kind == Node::Kind::sequence && node.children.empty();
    if (!nothing) out.children.push_back(std::move(node));  // a comment or global flags
  }
}

void Parser::skip_comment_line() {
  while (std::optional<Token> token = source_.next()) {
    if (token->is(U'\n')) return;
  }
}

bool Parser::element(Node& out, const Token& token, size_t start, Flags& flags, bool first) {
  if (token.escaped) return escape(out, token.character, start, flags);
  switch (token.character) {
    case U'[': {
      std::optional<CharSet> members = bracketed_set(source_, start, flags);
      if (members) out = set_node(std::move(*members));
      return members.has_value();
    }
    case U'(':
      return group(out, start, flags, first);
    case U'^':
      out = anchor_node(flags.multiline ? Anchor::line_start : Anchor::text_start);
      return true;
    case U'$':
      out = anchor_node(flags.multiline ? Anchor::line_end : Anchor::text_end_or_final_newline);
      return true;
    case U'.':
      out = set_node(flags.dot_all ? CharSet().inverted() : CharSet(U'\n').inverted());
      return true;
    default:
      out = literal_node(token.character, flags);
      return true;
  }
}

bool Parser::repeat(Node& sequence, char32_t symbol, size_t start) {
  size_t min = symbol == U'+' ? 1 : 0;
  size_t max = symbol == U'?' ? 1 : kUnlimited;
  if (symbol == U'{') {
    bool literal = false;
    if (!repeat_counts(min, max, start, literal)) return false;
    if (literal) {
      sequence.children.push_back(literal_node(U'{', Flags{}));
      return true;
    }
  }
  if (sequence.children.empty() || sequence.children.back().kind == Node::Kind::anchor) {
    return source_.fail("nothing to repeat", start);
  }
  if (sequence.children.back().kind == Node::Kind::repeat) {
    return source_.fail("multiple repeat", start);
  }
  Node node = with_child(Node::Kind::repeat, std::move(sequence.children.back()));
  node.min = min;
  node.max = max;
  if (source_.match(U'?')) {
    node.greed = Greed::lazy;
  } else if (source_.match(U'+')) {
    node.greed = Greed::possessive;
  }
  sequence.children.back() = std::move(node);
  return true;
}

// After "{": the counts, or a brace that stands for itself.
bool Parser::repeat_counts(size_t& min, size_t& max, size_t start, bool& literal) {
  const size_t inside = start + 1;
  literal = true;
  if (source_.next_is(U'}')) return true;
  const std::u32string low = source_.digits();
  const std::u32string high = source_.match(U',') ? source_.digits() : low;
  if (!source_.match(U'}')) {
    source_.rewind(inside);
    return true;
  }
  literal = false;
  if (!low.empty()) min = *number(low);
  if (!high.empty()) max = *number(high);
  if ((!low.empty() && min >= kPythonMaxRepeat) || (!high.empty() && max >= kPythonMaxRepeat)) {
    return source_.fail_without_position("the repetition number is too large");
  }
  if (max < min) return source_.fail("min repeat greater than max repeat", inside);
  return true;
}

base::Result<Syntax> parse(std::string_view pattern, ParseFlags flags) {
  if (pattern.size() > kMaxPatternBytes) {
    return base::Error{"the pattern is longer than " + std::to_string(kMaxPatternBytes) + " bytes"};
  }
  std::u32string text;
  for (size_t at = 0; at < pattern.size();) {
    const Decoded decoded = decode(pattern, at);
    if (!decoded.valid) {
      return base::Error{"not UTF-8 at position " + std::to_string(text.size())};
    }
    text += decoded.character;
    at += decoded.bytes;
  }
  Flags initial;
  initial.multiline = flags.multiline;
  initial.ignore_case = flags.ignore_case;
  return Parser(std::move(text), initial).run();
}

}  // namespace gaoler::regex
