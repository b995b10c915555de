// fail2ban's own rewrite of a regular expression, before Python's `re` sees it.
#pragma once

#include <string>
#include <string_view>

namespace gaoler::regex {

// Flags at the start of a group count for that group only, as fail2ban 1.1 does for Python 3.11,
// which refuses them:
// "((?i)x)" and "(?:(?i)x)" become "(?i:x)". The capture disappears.
std::string scope_inline_flags(std::string_view python_regex);

}  // namespace gaoler::regex
