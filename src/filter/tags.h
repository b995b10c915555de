// Tags: what fail2ban's own words in a regular expression (<HOST>, <F-USER>...</F-USER>,
// <SKIPLINES>) stand for.
//
// Text in, text out; whether the result is a regular expression is for the pattern to say. Unknown
// tags stay.
#pragma once

#include <string>
#include <string_view>

#include "filter/use_dns.h"

namespace gaoler::filter {

// Also turns flags that open a group, ((?i)x) or (?:(?i)x), into flags of that group, (?i:x). The
// result is what `get J failregex` shows.
std::string expand_tags(std::string_view regex, UseDns use_dns);
// The tags only, flags as they are.
std::string replace_tags(std::string_view regex, UseDns use_dns);

// The group an F-tag names: lower case, with id -> fid and port -> fport.
std::string group_of_tag(std::string_view tag);

}  // namespace gaoler::filter
