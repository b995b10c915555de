// Path patterns (* ? [a-z] [!a-z]) as Python's glob.glob expands them: in directory order, hidden
// names only for a pattern that begins with a dot, no braces, no tilde, no recursion. A pattern
// without wildcards is itself if something of that name is there, even a dangling link.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/file_source.h"

namespace gaoler::config {

// A pattern that finds more is cut off there.
inline constexpr size_t kMaxGlobResults = 100000;

std::vector<std::string> expand_glob(const FileSource& files, const std::string& pattern);

// One name against one pattern part; both UTF-8.
bool matches_pattern(std::string_view name, std::string_view pattern);

}  // namespace gaoler::config
