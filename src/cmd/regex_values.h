// How fail2ban-regex prints what it found: as Python prints it, or as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/regex_options.h"
#include "filter/failure.h"

namespace gaoler::cmd {

bool is_journal(const RegexOptions& options);

// {'user': 'bob', 'ip6': None}
std::string groups_repr(const filter::Groups& groups);

// Prints failures the way an -o value asks for: one or more lines, each with its newline.
std::string formatted(const filter::Failure& failure, const std::string& format, double now);
std::string as_json(const filter::Failure& failure);

}  // namespace gaoler::cmd
