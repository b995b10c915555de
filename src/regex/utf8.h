// UTF-8 to code points and back. A byte that belongs to no valid sequence counts as one U+FFFD.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gaoler::regex {

struct Decoded {
  char32_t character = 0;
  size_t bytes = 0;
  bool valid = true;
};

// The character at `at`, which must be inside the text.
Decoded decode(std::string_view text, size_t at);

void append_utf8(std::string& text, char32_t c);
std::string to_utf8(std::u32string_view text);

bool is_ascii(std::string_view text);

}  // namespace gaoler::regex
