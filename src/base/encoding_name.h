// Names of character encodings as Python and iconv spell them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gaoler::base {

// Lower case, without what Python lets one write between the parts: "utf16le", "latin1".
std::string plain_encoding_name(std::string_view encoding);

// Whether a plain name is one of UTF-8's.
bool means_utf8(std::string_view plain);

}  // namespace gaoler::base
