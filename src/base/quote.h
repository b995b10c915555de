// A text in quotes, as Python's repr() writes it: log lines that other tools parse carry texts in
// this form.
//
// For UTF-8 text of logs. Characters beyond ASCII are printed as they are but for C1 controls; who
// needs Python's full idea of what is printable has protocol/repr.h.
#pragma once

#include <string>
#include <string_view>

namespace gaoler::base {

// 'text', or "text" if it has ' but no "; backslash, newline and other control characters escaped.
std::string quoted(std::string_view text);

}  // namespace gaoler::base
