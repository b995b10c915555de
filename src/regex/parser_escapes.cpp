#include <optional>

#include "regex/names.h"
#include "regex/nodes.h"
#include "regex/parsing.h"

namespace gaoler::regex {

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

}  // namespace gaoler::regex
