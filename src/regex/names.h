// Names and numbers as a pattern may write them, by Python's rules. Pure; of the parser only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gaoler::regex {

// str.isidentifier, near enough: letters, digits, _ and whatever is a word character beyond ASCII.
bool is_identifier(std::u32string_view name);

// As Python prints a text: backslashes doubled, quotes that do not clash.
std::string quoted(std::u32string_view name);

// Of decimal digits; one too big becomes a big one.
std::optional<size_t> number(std::u32string_view digits);

// Python's int() of a text: blanks around it and a plus sign are fine. (So is 1_0, which nobody
// writes here.)
std::optional<size_t> loose_number(std::u32string_view text);

}  // namespace gaoler::regex
