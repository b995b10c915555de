#include "regex/parser.h"

#include <algorithm>
#include <map>
#include <optional>

#include "regex/characters.h"
#include "regex/tokenizer.h"
#include "regex/utf8.h"

namespace gaoler::regex {
namespace {

constexpr size_t kPythonMaxRepeat = 4294967295;
constexpr size_t kPythonMaxGroups = 1073741823;
// str.isidentifier, near enough: letters, digits, _ and whatever is a word character beyond ASCII.
bool is_identifier(std::u32string_view name) {
  if (name.empty() || digit_characters(Alphabet::unicode).contains(name.front())) return false;
  const CharSet& word = word_characters(Alphabet::unicode);
  return std::all_of(name.begin(), name.end(), [&](char32_t c) { return word.contains(c); });
}

// As Python prints a text: backslashes doubled, quotes that do not clash.
std::string quoted(std::u32string_view name) {
  const bool has_single = name.find(U'\'') != std::u32string_view::npos;
  const bool has_double = name.find(U'"') != std::u32string_view::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string result(1, quote);
  for (char32_t c : name) {
    if (c == U'\\' || c == static_cast<char32_t>(quote)) result += '\\';
    if (c == U'\n') {
      result += "\\n";
    } else {
      append_utf8(result, c);
    }
  }
  return result + quote;
}

std::optional<size_t> number(std::u32string_view digits) {
  size_t value = 0;
  if (digits.empty()) return std::nullopt;
  for (char32_t c : digits) {
    if (!is_digit(c)) return std::nullopt;
    value = std::min<size_t>(value * 10 + (c - U'0'), kUnlimited / 16);
  }
  return value;
}

// Python's int() of a text: blanks around it and a plus sign are fine. (So is 1_0, which nobody
// writes here.)
std::optional<size_t> loose_number(std::u32string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (!text.empty() && text.front() == U'+') text.remove_prefix(1);
  return number(text);
}

Node set_node(CharSet set) {
  Node node;
  node.kind = Node::Kind::set;
  node.set = std::make_shared<const CharSet>(std::move(set));
  return node;
}

Node anchor_node(Anchor anchor, Alphabet alphabet = Alphabet::unicode) {
  Node node;
  node.kind = Node::Kind::anchor;
  node.anchor = anchor;
  node.alphabet = alphabet;
  return node;
}

Node literal_node(char32_t c, const Flags& flags) {
  Node node;
  node.kind = Node::Kind::literal;
  node.character = c;
  if (!flags.ignore_case) return node;
  CharSet forms = ignoring_case(CharSet(c), CharSet(), flags.alphabet);
  if (forms.count() > 1 || !forms.contains(c)) {
    node.set = std::make_shared<const CharSet>(std::move(forms));
  }
  return node;
}

Node with_child(Node::Kind kind, Node child) {
  Node node;
  node.kind = kind;
  node.children.push_back(std::move(child));
  return node;
}

class Parser {
 public:
  Parser(std::u32string text, Flags flags) : source_(std::move(text)), flags_(flags) {}

  base::Result<Syntax> run();

 private:
  bool branches(Node& out, Flags& flags, bool top);
  bool sequence(Node& out, Flags& flags, bool first);
  bool element(Node& out, const Token& token, size_t start, Flags& flags, bool first);
  void skip_comment_line();

  bool escape(Node& out, char32_t letter, size_t start, const Flags& flags);
  bool numeric_escape(Node& out, char32_t digit, size_t start, const Flags& flags);
  bool back_reference(Node& out, size_t group, const Flags& flags, size_t start);

  bool repeat(Node& sequence, char32_t symbol, size_t start);
  bool repeat_counts(size_t& min, size_t& max, size_t start, bool& literal);

  bool group(Node& out, size_t start, Flags& flags, bool first);
  bool group_named_or_reference(Node& out, size_t start, const Flags& flags);
  bool group_body(Node& out, size_t start, Flags flags);
  bool capture(Node& out, size_t start, const Flags& flags, const std::u32string& name);
  bool look(Node& out, size_t start, const Flags& flags, char32_t symbol);
  bool conditional(Node& out, size_t start, const Flags& flags);
  bool comment(size_t start);
  bool inline_flags(Node& out, char32_t symbol, size_t start, Flags& flags, bool first);
  bool set_flag(Flags& flags, char32_t symbol, bool value);
  bool name_until(std::u32string& name, char32_t terminator);
  bool usable_in_look_behind(size_t group, size_t position);

  Tokenizer source_;
  Flags flags_;
  GroupWidths groups_{std::nullopt};  // by number; 0 is the whole match
  std::map<std::u32string, size_t> names_;
  std::map<size_t, size_t> conditional_groups_;  // group -> position of its first mention
  std::optional<size_t> look_behind_groups_;     // groups opened before the outermost look-behind
  std::vector<std::pair<std::string, size_t>> ordered_names_;
  size_t nesting_ = 0;
  bool variable_look_behind_ = false;
};

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

// --- escapes

bool Parser::escape(Node& out, char32_t letter, size_t start, const Flags& flags) {
  switch (letter) {
    case U'A':
      out = anchor_node(Anchor::text_start);
      return true;
    case U'Z':
      out = anchor_node(Anchor::text_end);
      return true;
    case U'b':
      out = anchor_node(Anchor::word_boundary, flags.alphabet);
      return true;
    case U'B':
      out = anchor_node(Anchor::not_word_boundary, flags.alphabet);
      return true;
    default:
      break;
  }
  if (std::optional<CharSet> known = category(letter, flags.alphabet)) {
    if (flags.ignore_case) known = ignoring_case(CharSet(), *known, flags.alphabet);
    out = set_node(std::move(*known));
    return true;
  }
  if (is_digit(letter)) return numeric_escape(out, letter, start, flags);
  const std::optional<char32_t> c = escaped_character(source_, letter, start);
  if (!c) return false;
  out = literal_node(*c, flags);
  return true;
}

// \0.. and three octal digits are a character, all else the number of a group.
bool Parser::numeric_escape(Node& out, char32_t digit, size_t start, const Flags& flags) {
  std::u32string digits(1, digit);
  if (digit == U'0') {
    digits += source_.run_of(kOctalDigits, 2);
  } else {
    digits += source_.run_of(U"0123456789", 1);
    if (digits.size() == 2 && is_octal(digits[0]) && is_octal(digits[1])) {
      digits += source_.run_of(kOctalDigits, 1);
    }
    if (digits.size() < 3) {
      const size_t group = *number(digits);
      if (group >= groups_.size()) {
        return source_.fail("invalid group reference " + std::to_string(group), start + 1);
      }
      return back_reference(out, group, flags, start);
    }
  }
  const std::optional<char32_t> c = octal_character(source_, digits, start);
  if (!c) return false;
  out = literal_node(*c, flags);
  return true;
}

bool Parser::back_reference(Node& out, size_t group, const Flags& flags, size_t start) {
  if (!groups_[group]) {
    return source_.fail("cannot refer to an open group", start);
  }
  if (!usable_in_look_behind(group, source_.position())) return false;
  out.kind = Node::Kind::backref;
  out.group = group;
  out.ignore_case = flags.ignore_case;
  out.alphabet = flags.alphabet;
  return true;
}

bool Parser::usable_in_look_behind(size_t group, size_t position) {
  if (!look_behind_groups_) return true;
  if (group >= groups_.size() || !groups_[group]) {
    return source_.fail("cannot refer to an open group", position);
  }
  if (group < *look_behind_groups_) return true;
  return source_.fail("cannot refer to group defined in the same lookbehind subpattern", position);
}

// --- repeats

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

// --- groups

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

bool Parser::set_flag(Flags& flags, char32_t symbol, bool value) {
  switch (symbol) {
    case U'i':
      flags.ignore_case = value;
      return true;
    case U'm':
      flags.multiline = value;
      return true;
    case U's':
      flags.dot_all = value;
      return true;
    case U'x':
      flags.verbose = value;
      return true;
    case U'a':
      flags.alphabet = Alphabet::ascii;
      return true;
    case U'u':
      flags.alphabet = Alphabet::unicode;
      return true;
    case U't':
      return true;  // TEMPLATE: no meaning left
    default:
      return false;
  }
}

// "(?flags)" for the whole pattern, "(?flags-flags:...)" for a group.
bool Parser::inline_flags(Node& out, char32_t symbol, size_t start, Flags& flags, bool first) {
  constexpr std::u32string_view kKnown = U"iLmsxatu";
  const auto known = [&](char32_t c) { return kKnown.find(c) != std::u32string_view::npos; };
  const auto refuse = [&](const std::optional<Token>& token, const char* otherwise) {
    if (!token) return source_.fail(otherwise, source_.position());
    const size_t at = source_.position() - token->length();
    const char32_t c = token->character;
    const bool letter =
        !token->escaped &&
        (is_letter(c) || (c >= 0x80 && word_characters(Alphabet::unicode).contains(c)));
    return source_.fail(letter ? "unknown flag" : otherwise, at);
  };
  Flags inner = flags;
  std::u32string on;
  std::u32string off;
  char32_t alphabet = 0;
  std::optional<Token> token = Token{symbol, false};
  if (symbol != U'-') {
    while (true) {
      const char32_t flag = token->character;
      if (flag == U'L') {
        return source_.fail("bad inline flags: cannot use 'L' flag with a str pattern",
                            source_.position());
      }
      if (flag == U'a' || flag == U'u') {
        if (alphabet != 0 && alphabet != flag) {
          return source_.fail("bad inline flags: flags 'a', 'u' and 'L' are incompatible",
                              source_.position());
        }
        alphabet = flag;
      }
      on += flag;
      set_flag(inner, flag, true);
      token = source_.next();
      if (!token) return refuse(token, "missing -, : or )");
      if (token->is(U')') || token->is(U'-') || token->is(U':')) break;
      if (token->escaped || !known(token->character)) return refuse(token, "missing -, : or )");
    }
    if (token->is(U')')) {
      if (!first) return source_.fail("global flags not at the start of the expression", start);
      flags = inner;
      return true;
    }
  }
  if (token->is(U'-')) {
    token = source_.next();
    if (!token || token->escaped || !known(token->character)) return refuse(token, "missing flag");
    while (true) {
      const char32_t flag = token->character;
      if (flag == U'a' || flag == U'u' || flag == U'L') {
        return source_.fail("bad inline flags: cannot turn off flags 'a', 'u' and 'L'",
                            source_.position());
      }
      off += flag;
      set_flag(inner, flag, false);
      token = source_.next();
      if (!token) return refuse(token, "missing :");
      if (token->is(U':')) break;
      if (token->escaped || !known(token->character)) return refuse(token, "missing :");
    }
  }
  if (on.find_first_of(off) != std::u32string::npos) {
    return source_.fail("bad inline flags: flag turned on and off", source_.position() - 1);
  }
  return group_body(out, start, inner);
}

}  // namespace

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
