// Boundaries: what is put around the regular expression of a date pattern, and what its ends mean.
//
// As fail2ban 1.1 reads pattern texts: a date stands between word boundaries unless its pattern
// says otherwise with ^, $, \b, \s or ** at that end; `**` itself is taken out. A pattern without a
// group becomes one group, so that group 1 is always what is cut out of the line. Pure text to
// text.
#pragma once

#include <string>

namespace gaoler::dates {

struct Boundaries {
  enum class Begin {
    none,
    word,
    line
  };  // line: at its start, behind at most two non-word characters
  Begin begin = Begin::word;
  bool end = true;
};

struct Bounded {
  std::string regex;
  bool at_line_begin = false;
  bool at_line_end = false;
  bool moved_to_line_begin = false;  // Begin::line was asked for and put

  friend bool operator==(const Bounded&, const Bounded&) = default;
};

Bounded put_boundaries(std::string regex, Boundaries wanted);

// Nothing in it is an unnamed group that captures.
bool lacks_group(std::string_view regex);

}  // namespace gaoler::dates
