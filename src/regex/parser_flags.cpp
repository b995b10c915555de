#include <optional>
#include <string_view>

#include "regex/parsing.h"

namespace gaoler::regex {

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

}  // namespace gaoler::regex
