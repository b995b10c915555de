// UTF-8 as Python sees it: code points, what counts as printable and as white space.
//
// Bytes that are no UTF-8 are kept, one "code point" each: Python reads such bytes from a command
// line or a log as the lone surrogates U+DC80..U+DCFF ("surrogateescape"), and that is how they
// travel on the wire and print. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gaoler::protocol {

struct CodePoint {
  char32_t value = 0;
  size_t length = 1;  // bytes it takes in the text
};

// The code point at `at` (< text.size()); a byte that starts none is U+DC00 + byte, length 1.
CodePoint code_point_at(std::string_view text, size_t at);

// Appends the UTF-8 form, of lone surrogates too; U+DC80..U+DCFF can be had back as bytes by
// unescape_bytes.
void append_utf8(std::string& out, char32_t value);

bool is_ascii(std::string_view text);
size_t count_code_points(std::string_view text);

// As str.isprintable() and str.isspace() (Unicode 14).
bool is_printable(char32_t value);
bool is_space(char32_t value);

// Between our bytes and strict UTF-8 with lone surrogates for the bytes that are none: what pickle
// carries.
std::string escape_bytes(std::string_view text);
// False if wire is not UTF-8 even with lone surrogates allowed; out is then undefined.
bool unescape_bytes(std::string_view wire, std::string& out);

}  // namespace gaoler::protocol
