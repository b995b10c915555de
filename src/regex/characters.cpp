#include "regex/characters.h"

#include "regex/utf8.h"

namespace gaoler::regex {
namespace {

constexpr std::u32string_view kHexadecimal = U"0123456789abcdefABCDEF";

// One of a set: a character, which may start or end a range, or a category.
struct Item {
  std::optional<char32_t> character;
  CharSet category;
};

std::optional<char32_t> control_escape(char32_t letter) {
  switch (letter) {
    case U'a':
      return U'\a';
    case U'b':
      return U'\b';  // inside a set; the anchor comes first elsewhere
    case U'f':
      return U'\f';
    case U'n':
      return U'\n';
    case U'r':
      return U'\r';
    case U't':
      return U'\t';
    case U'v':
      return U'\v';
    case U'\\':
      return U'\\';
    default:
      return std::nullopt;
  }
}

std::optional<char32_t> hexadecimal(Tokenizer& source, char32_t letter, size_t start) {
  const size_t wanted = letter == U'x' ? 2 : letter == U'u' ? 4 : 8;
  const std::u32string digits = source.run_of(kHexadecimal, wanted);
  const std::string text = "\\" + to_utf8(std::u32string(1, letter)) + to_utf8(digits);
  size_t value = 0;
  for (char32_t digit : digits) {
    value = value * 16 + (is_digit(digit) ? digit - U'0' : (digit | 32) - U'a' + 10);
  }
  if (digits.size() != wanted) {
    source.fail("incomplete escape " + text, start);
  } else if (value > kLastCodePoint) {
    source.fail("bad escape " + text, start);
  } else {
    return static_cast<char32_t>(value);
  }
  return std::nullopt;
}

// Nothing after an error.
std::optional<Item> item_of(Tokenizer& source, const Token& token, size_t start,
                            const Flags& flags) {
  const char32_t c = token.character;
  if (!token.escaped) return Item{c, {}};
  if (std::optional<CharSet> known = category(c, flags.alphabet)) {
    return Item{std::nullopt, std::move(*known)};
  }
  const std::optional<char32_t> character =
      is_octal(c)
          ? octal_character(source, std::u32string(1, c) + source.run_of(kOctalDigits, 2), start)
          : escaped_character(source, c, start);
  if (!character) return std::nullopt;
  return Item{character, {}};
}

// The members of a set as they are written.
class Members {
 public:
  void put(const Item& item) {
    if (item.character) {
      listed_.add(*item.character, *item.character);
    } else {
      categories_.add(item.category);
    }
  }
  void put(char32_t first, char32_t last) { listed_.add(first, last); }

  CharSet all(const Flags& flags, bool negated) const {
    CharSet members = listed_;
    if (flags.ignore_case) {
      members = ignoring_case(listed_, categories_, flags.alphabet);
    } else {
      members.add(categories_);
    }
    return negated ? members.inverted() : members;
  }

 private:
  CharSet listed_;
  CharSet categories_;
};

// Python names the two tokens only, and counts their length back from here.
void fail_range(Tokenizer& source, size_t low, size_t low_length, size_t high, size_t high_length) {
  source.fail("bad character range " + source.slice(low, low + low_length) + "-" +
                  source.slice(high, high + high_length),
              source.position() - (low_length + 1 + high_length));
}

}  // namespace

std::optional<CharSet> category(char32_t letter, Alphabet alphabet) {
  switch (letter) {
    case U'd':
      return digit_characters(alphabet);
    case U'D':
      return digit_characters(alphabet).inverted();
    case U's':
      return space_characters(alphabet);
    case U'S':
      return space_characters(alphabet).inverted();
    case U'w':
      return word_characters(alphabet);
    case U'W':
      return word_characters(alphabet).inverted();
    default:
      return std::nullopt;
  }
}

std::optional<char32_t> escaped_character(Tokenizer& source, char32_t letter, size_t start) {
  if (const std::optional<char32_t> control = control_escape(letter)) return control;
  if (letter == U'x' || letter == U'u' || letter == U'U') return hexadecimal(source, letter, start);
  if (letter == U'N') {
    source.fail("\\N{name} is not supported, write the character or \\uXXXX", start);
  } else if (is_letter(letter) || is_digit(letter)) {
    source.fail("bad escape \\" + to_utf8(std::u32string(1, letter)), start);
  } else {
    return letter;
  }
  return std::nullopt;
}

std::optional<char32_t> octal_character(Tokenizer& source, const std::u32string& digits,
                                        size_t start) {
  char32_t c = 0;
  for (char32_t digit : digits) c = c * 8 + (digit - U'0');
  if (c <= 0377) return c;
  source.fail("octal escape value \\" + to_utf8(digits) + " outside of range 0-0o377", start);
  return std::nullopt;
}

std::optional<CharSet> bracketed_set(Tokenizer& source, size_t start, const Flags& flags) {
  const bool negated = source.match(U'^');
  Members members;
  const auto unterminated = [&] {
    source.fail("unterminated character set", start);
    return std::nullopt;
  };
  for (bool first = true;; first = false) {
    const size_t low_start = source.position();
    const std::optional<Token> low_token = source.next();
    if (!low_token) return unterminated();
    if (low_token->is(U']') && !first) break;
    const std::optional<Item> low = item_of(source, *low_token, low_start, flags);
    if (!low) return std::nullopt;
    if (!source.match(U'-')) {
      members.put(*low);
      continue;
    }
    const size_t high_start = source.position();
    const std::optional<Token> high_token = source.next();
    if (!high_token) return unterminated();
    if (high_token->is(U']')) {
      members.put(*low);
      members.put(U'-', U'-');
      break;
    }
    const std::optional<Item> high = item_of(source, *high_token, high_start, flags);
    if (!high) return std::nullopt;
    if (!low->character || !high->character || *high->character < *low->character) {
      fail_range(source, low_start, low_token->length(), high_start, high_token->length());
      return std::nullopt;
    }
    members.put(*low->character, *high->character);
  }
  return members.all(flags, negated);
}

}  // namespace gaoler::regex
