// Conditional names: "option?family=inet6" is the option for one family of addresses, and
// "[Init?family=inet6]" a section of such options. Pure.
#pragma once

#include <string_view>

namespace gaoler::config {

struct ConditionalName {
  std::string_view plain;
  std::string_view condition;  // with its "?"; empty if there is none, then plain is all of it
};

// A condition follows a name of word characters only.
ConditionalName split_condition(std::string_view name);

}  // namespace gaoler::config
