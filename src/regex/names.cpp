#include "regex/names.h"

#include <algorithm>

#include "regex/characters.h"
#include "regex/syntax.h"
#include "regex/utf8.h"

namespace gaoler::regex {

bool is_identifier(std::u32string_view name) {
  if (name.empty() || digit_characters(Alphabet::unicode).contains(name.front())) return false;
  const CharSet& word = word_characters(Alphabet::unicode);
  return std::all_of(name.begin(), name.end(), [&](char32_t c) { return word.contains(c); });
}

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

std::optional<size_t> loose_number(std::u32string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (!text.empty() && text.front() == U'+') text.remove_prefix(1);
  return number(text);
}

}  // namespace gaoler::regex
