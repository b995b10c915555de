// "name[key=value, ...]": how a jail names a filter or an action and gives it parameters.
//
// Values are "quoted", 'quoted' or bare up to a comma or "]"; groups may be chained: [a=1][b=2].
// Since 1.1.1 a key may carry a condition: key?family=inet6="...". Pure; linear in the length of
// the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/stream.h"

namespace gaoler::config {

inline constexpr size_t kMaxParameters = 1000;  // of one filter or action

// An action option taken apart into its actions: they are separated by blanks outside of brackets.
std::vector<std::string_view> split_actions(std::string_view text);

}  // namespace gaoler::config
