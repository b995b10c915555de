// The backend option of a jail: "auto", "pyinotify", "polling", "systemd", each with arguments in
// brackets.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gaoler::server {

struct Backend {
  std::string name;                            // one of the three real ones
  std::string description;                     // for the log: "pyinotify {}"
  std::map<std::string, std::string> options;  // in brackets behind the name
};

// auto is pyinotify, fail2ban's name for inotify. The error has fail2ban's words.
base::Result<Backend> choose_backend(std::string_view configured);

}  // namespace gaoler::server
