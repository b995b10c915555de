// Texts taken apart into words: the way of a shell, and the way of address lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gaoler::config {

// As a POSIX shell splits words, with quotes and backslashes but no comments and no expansion. An
// open quote or a backslash at the end is an error.
base::Result<std::vector<std::string>> split_shell_words(std::string_view text);

// What stands between blanks and commas.
std::vector<std::string> split_list(std::string_view text);

}  // namespace gaoler::config
