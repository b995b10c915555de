// Diagnostic: one thing to say about a configuration, and the list in which they are collected
// while reading.
//
// Reading goes on after a mistake wherever it can, so that one run tells all of them; whether the
// whole is still usable is decided by whoever asked (Stream::outcome). Plain values, no output
// here.
#pragma once

#include <string>
#include <vector>

#include "base/log.h"

namespace gaoler::config {

// Where in the files. line and column count from 1 (column in characters); 0 = not known, and no
// text then.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  std::string text;  // the line itself

  friend bool operator==(const Place&, const Place&) = default;
};

struct Diagnostic {
  base::LogLevel level = base::LogLevel::error;
  std::string jail;    // the jail that was being read; empty for all
  std::string text;    // what is wrong: "option 'maxretry' is given twice in [sshd]"
  std::string advice;  // what to do: "remove one of them"; may be empty
  Place place;

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// As a compiler would print it, without a final newline:
//   /etc/fail2ban/jail.local:12:3: option 'maxretry' is given twice in [sshd]
//       maxretry = 3
//       ^
//     remove one of them, or ...
std::string render(const Diagnostic& diagnostic);

}  // namespace gaoler::config
