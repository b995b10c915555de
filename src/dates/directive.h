// Directives: what %d, %ExY, %k ... of a date pattern match, and what they are called.
//
// A date pattern is a regular expression in which directives stand for the parts of a date, as in
// strptime. Expansion is pure; the result is text for regex::Pattern whose named groups carry the
// parts (see fields.h).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gaoler::dates {

struct Expansion {
  std::string regex;
  std::string name;  // as displayed: "%Y-%m-%d" is "Year-Month-Day"

  friend bool operator==(const Expansion&, const Expansion&) = default;
};

// The decades ("200", "201", "202") whose years %ExY accepts in a given year: from 2000 to the
// decade three years ahead, as fail2ban 1.1.
std::string decades_around(int year);

// An error for a percent sign that starts no directive, in Python's words: fail2ban's client shows
// them. `decades` is what decades_around gave.
base::Result<Expansion> expand_directives(std::string_view pattern, std::string_view decades);

// Month or day names or AM/PM are in it: such a pattern ignores case.
bool has_letters_directive(std::string_view pattern);

}  // namespace gaoler::dates
