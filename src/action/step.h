// Step: one text to be run for an action, ready for the shell.
//
// `text` is a script for /bin/sh -c and `args` its $0, $1, ...: values from logs travel only there.
// An empty text is never made into a step. Success is exit status 0 within the timeout.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace gaoler::action {

struct Step {
  std::string text;
  std::vector<std::string> args;
  base::Seconds timeout = 60;

  friend bool operator==(const Step&, const Step&) = default;
};

}  // namespace gaoler::action
