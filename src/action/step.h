// Step: one thing to be run for an action: a text, ready for the shell, or a call of a method.
//
// A script: `text` is for /bin/sh -c and `args` are its $0, $1, ...: values from logs travel only
// there. An empty text is never made into a step. Success is exit status 0 within the timeout.
// A call: `text` is the method, `args` are names and values in turn, and the callee knows what to
// do with them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"

namespace gaoler::action {

struct Step;

// Runs the steps that are calls; done is never called inside call().
class Callee {
 public:
  virtual ~Callee() = default;
  virtual void call(const Step& step, std::function<void(bool ok)> done) = 0;
};

struct Step {
  std::string text;
  std::vector<std::string> args;
  base::Seconds timeout = 60;
  Callee* callee = nullptr;  // lent; none: a script

  friend bool operator==(const Step&, const Step&) = default;
};

}  // namespace gaoler::action
