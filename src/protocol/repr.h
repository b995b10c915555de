// Values as Python prints them: repr(), str(), and the pretty printer behind --dp.
//
// Text is bytes, taken as UTF-8; bytes that are none print as '\udcXX'. Only for people and for
// parsers of printed text: nothing reads these forms back. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "protocol/value.h"

namespace gaoler::protocol {

// 'text', "it's", 1.5, [1, None], {'a': (1,)}, ValueError('x'). Addresses print as strings.
std::string repr(const Value& value);
std::string repr(const Command& command);  // as the list it is
void append_repr(std::string& out, const Command& command);
std::string repr_text(std::string_view text);

// As str(): text bare, an exception as its message ("[Errno 2] No such file or directory: 'f'"),
// the rest as repr().
std::string str(const Value& value);
std::string str(const Exception& exception);

// What Python calls the exception's args: without the path that an OSError keeps beside them.
Tuple arguments(const Exception& exception);

// The shortest decimal that reads back as the same number: "0.1", "1e+16", "3600.0", "inf".
std::string repr_float(double number);

// As pprint.pformat(value, width, indent); fail2ban's --dp uses width 1000 and indent 2.
// Dictionaries are sorted.
struct PrettyLayout {
  size_t width = 1000;  // columns
  size_t indent = 2;    // columns per level
};
std::string pretty(const Value& value, const PrettyLayout& layout = {});

}  // namespace gaoler::protocol
