// Characters as Python's text functions see them: configuration is UTF-8, and what counts as a
// blank, a word character or a lower-case letter decides where options begin and end. Pure
// functions on valid UTF-8; bytes of anything else are taken as ordinary characters.
#pragma once

#include <string>
#include <string_view>

namespace gaoler::config {

bool is_valid_utf8(std::string_view text);

// Bytes of the blank that begins at `at`, or that ends just before `end`; 0 if there is none.
size_t blank_at(std::string_view text, size_t at);
size_t blank_before(std::string_view text, size_t end);

// Bytes of the word character (letter, digit, underscore of any script) at `at`; 0 if there is
// none.
size_t word_character_at(std::string_view text, size_t at);

std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);
std::string_view strip(std::string_view text);

// The position behind the blanks that begin at `at`.
size_t skip_blanks(std::string_view text, size_t at);

std::string lower(std::string_view text);
// lower() would not change it; false if that would have to be looked up.
bool is_lower(std::string_view text);

// Counted in characters, not bytes.
size_t length(std::string_view text);
std::string_view first_characters(std::string_view text, size_t count);

}  // namespace gaoler::config
