// A filter set up by the commands that its configuration leads to, as a server would do it.
#pragma once

#include <string>

#include "base/result.h"
#include "config/stream.h"
#include "filter/filter.h"
#include "protocol/repr.h"

namespace gaoler::filter {

inline base::Result<void> apply(Filter& filter, const std::string& option,
                                const std::string& value) {
  if (option == "prefregex") return filter.set_prefregex(value);
  if (option == "addfailregex") return filter.add_failregex(value);
  if (option == "addignoreregex") return filter.add_ignoreregex(value);
  if (option == "maxlines") return filter.set_max_lines(std::stoi(value));
  if (option == "datepattern") return filter.set_date_pattern(value);
  return {};
}

// Applies all of them; the first mistake.
inline base::Result<void> configure(Filter& filter, const config::Stream& stream) {
  base::Result<void> result;
  for (const auto& command : stream.commands) {
    if (command.size() < 4) continue;
    const std::string option = protocol::str(command[2]);
    const auto* list = command[3].get<protocol::List>();
    const protocol::List one{{command[3]}};
    for (const auto& item : (list ? *list : one).items) {
      const auto applied = apply(filter, option, protocol::str(item));
      if (result.ok()) result = applied;
    }
  }
  return result;
}

}  // namespace gaoler::filter
