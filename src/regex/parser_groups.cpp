#include <optional>

#include "regex/names.h"
#include "regex/nodes.h"
#include "regex/parser.h"
#include "regex/parsing.h"
#include "regex/utf8.h"

namespace gaoler::regex {
namespace {

constexpr size_t kPythonMaxGroups = 1073741823;

}  // namespace

bool Parser::group(Node& out, size_t start, Flags& flags, bool first) {
  if (++nesting_ > kMaxNesting) return source_.fail("too many groups within groups", start);
  bool ok = false;
  if (!source_.match(U'?')) {
    ok = capture(out, start, flags, {});
  } else {
    const size_t symbol_at = source_.position();
    const std::optional<Token> token = source_.next();
    if (!token) return source_.fail("unexpected end of pattern", source_.position());
    const char32_t symbol = token->escaped ? U'\\' : token->character;
    switch (symbol) {
      case U'P':
        ok = group_named_or_reference(out, start, flags);
        break;
      case U':':
        ok = group_body(out, start, flags);
        break;
      case U'#':
        ok = comment(start);
        break;
      case U'=':
      case U'!':
      case U'<':
        ok = look(out, start, flags, symbol);
        break;
      case U'(':
        ok = conditional(out, start, flags);
        break;
      case U'>': {
        Node body;
        ok = group_body(body, start, flags);
        out = with_child(Node::Kind::atomic, std::move(body));
        break;
      }
      default:
        if (std::u32string_view(U"iLmsxatu-").find(symbol) != std::u32string_view::npos) {
          ok = inline_flags(out, symbol, start, flags, first);
        } else {
          ok = source_.fail("unknown extension ?" + source_.slice(symbol_at, source_.position()),
                            symbol_at - 1);
        }
    }
  }
  --nesting_;
  return ok;
}

// The rest of a group up to its ")": one node around whatever it holds, so that a repeat after it
// takes all of it.
bool Parser::group_body(Node& out, size_t start, Flags flags) {
  Node body;
  if (!branches(body, flags, false)) return false;
  if (!source_.match(U')')) return source_.fail("missing ), unterminated subpattern", start);
  out = with_child(Node::Kind::sequence, std::move(body));
  return true;
}

bool Parser::capture(Node& out, size_t start, const Flags& flags, const std::u32string& name) {
  const size_t number = groups_.size();
  groups_.emplace_back();
  if (!name.empty()) {
    names_.emplace(name, number);
    ordered_names_.emplace_back(to_utf8(name), number);
  }
  Node body;
  if (!group_body(body, start, flags)) return false;
  groups_[number] = width_of(body, groups_);
  out = with_child(Node::Kind::group, std::move(body));
  out.group = number;
  return true;
}

bool Parser::name_until(std::u32string& name, char32_t terminator) {
  const size_t start = source_.position();
  while (true) {
    const std::optional<Token> token = source_.next();
    if (!token) {
      if (name.empty()) return source_.fail("missing group name", source_.position());
      return source_.fail(
          "missing " + to_utf8(std::u32string(1, terminator)) + ", unterminated name", start);
    }
    if (token->is(terminator)) break;
    if (token->escaped) name += U'\\';
    name += token->character;
  }
  return !name.empty() || source_.fail("missing group name", start);
}

bool Parser::group_named_or_reference(Node& out, size_t start, const Flags& flags) {
  std::u32string name;
  const size_t mark = source_.position();
  if (source_.match(U'<')) {
    if (!name_until(name, U'>')) return false;
    if (!is_identifier(name)) {
      return source_.fail("bad character in group name " + quoted(name), mark + 1);
    }
    if (names_.count(name)) {
      return source_.fail("redefinition of group name " + quoted(name) + " as group " +
                              std::to_string(groups_.size()) + "; was group " +
                              std::to_string(names_[name]),
                          mark + 1);
    }
    return capture(out, start, flags, name);
  }
  if (source_.match(U'=')) {
    if (!name_until(name, U')')) return false;
    if (!is_identifier(name)) {
      return source_.fail("bad character in group name " + quoted(name), mark + 1);
    }
    if (!names_.count(name)) {
      return source_.fail("unknown group name " + quoted(name), mark + 1);
    }
    return back_reference(out, names_[name], flags, mark + 1);
  }
  if (!source_.next()) return source_.fail("unexpected end of pattern", source_.position());
  return source_.fail("unknown extension ?P" + source_.slice(mark, source_.position()), mark - 2);
}

bool Parser::comment(size_t start) {
  while (const std::optional<Token> token = source_.next()) {
    if (token->is(U')')) return true;
  }
  return source_.fail("missing ), unterminated comment", start);
}

bool Parser::look(Node& out, size_t start, const Flags& flags, char32_t symbol) {
  const bool behind = symbol == U'<';
  if (behind) {
    const size_t mark = source_.position();
    if (source_.match(U'=')) {
      symbol = U'=';
    } else if (source_.match(U'!')) {
      symbol = U'!';
    } else {
      if (!source_.next()) return source_.fail("unexpected end of pattern", source_.position());
      return source_.fail("unknown extension ?<" + source_.slice(mark, source_.position()),
                          mark - 2);
    }
  }
  const bool outermost = behind && !look_behind_groups_;
  if (outermost) look_behind_groups_ = groups_.size();
  Node body;
  if (!group_body(body, start, flags)) return false;
  if (outermost) look_behind_groups_.reset();
  const Width taken = width_of(body, groups_);
  if (behind && !taken.fixed()) variable_look_behind_ = true;
  out = with_child(Node::Kind::look, std::move(body));
  out.behind = behind;
  out.min = taken.min;
  out.negative = symbol == U'!';
  return true;
}

bool Parser::conditional(Node& out, size_t start, const Flags& flags) {
  const size_t mark = source_.position();
  std::u32string name;
  if (!name_until(name, U')')) return false;
  size_t group = 0;
  if (is_identifier(name)) {
    if (!names_.count(name)) return source_.fail("unknown group name " + quoted(name), mark);
    group = names_[name];
  } else {
    const std::optional<size_t> given = loose_number(name);
    if (!given) return source_.fail("bad character in group name " + quoted(name), mark);
    if (*given == 0) return source_.fail("bad group number", mark);
    if (*given >= kPythonMaxGroups) {
      return source_.fail("invalid group reference " + std::to_string(*given), mark);
    }
    group = *given;
    conditional_groups_.emplace(group, mark);
  }
  if (!usable_in_look_behind(group, source_.position())) return false;
  Flags inner = flags;
  Node yes;
  Node no;
  if (!sequence(yes, inner, false)) return false;
  if (source_.match(U'|')) {
    if (!sequence(no, inner, false)) return false;
    if (source_.next_is(U'|')) {
      return source_.fail("conditional backref with more than two branches", source_.position());
    }
  }
  if (!source_.match(U')')) return source_.fail("missing ), unterminated subpattern", start);
  out = with_child(Node::Kind::conditional, std::move(yes));
  out.children.push_back(std::move(no));
  out.group = group;
  return true;
}

}  // namespace gaoler::regex
