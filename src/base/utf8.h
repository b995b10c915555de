// UTF-8 as it comes from outside: is it, and if not, what a reader sees instead.
#pragma once

#include <string>
#include <string_view>

namespace gaoler::base {

bool is_utf8(std::string_view bytes);

// Each byte that is not part of a well-formed character becomes U+FFFD, as Python's
// errors='replace' does for the longest well-formed start of a broken sequence.
std::string replace_invalid_utf8(std::string_view bytes);

}  // namespace gaoler::base
