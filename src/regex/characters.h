// Characters: the parts of a pattern that stand for one character - escapes and sets.
//
// Used by the parser only; `start` is the position of the part for messages, the words of which are
// Python's. Nothing comes back after an error, which the tokenizer keeps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "regex/char_set.h"
#include "regex/tokenizer.h"

namespace gaoler::regex {

// Those in force at a place of the pattern.
struct Flags {
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool verbose = false;
  Alphabet alphabet = Alphabet::unicode;
};

inline constexpr std::u32string_view kOctalDigits = U"01234567";

inline bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}
inline bool is_octal(char32_t c) {
  return c >= U'0' && c <= U'7';
}
inline bool is_letter(char32_t c) {
  return (c | 32) >= U'a' && (c | 32) <= U'z' && c < 0x80;
}
inline bool is_blank(char32_t c) {
  return c == U' ' || (c >= U'\t' && c <= U'\r');
}

// What `\d \s \w` and their capitals stand for; nothing for other letters.
std::optional<CharSet> category(char32_t letter, Alphabet alphabet);
// After a backslash and a letter that is no category, anchor or digit.
std::optional<char32_t> escaped_character(Tokenizer& source, char32_t letter, size_t start);
std::optional<char32_t> octal_character(Tokenizer& source, const std::u32string& digits,
                                        size_t start);
// After "[", to the end of the set.
std::optional<CharSet> bracketed_set(Tokenizer& source, size_t start, const Flags& flags);

}  // namespace gaoler::regex
