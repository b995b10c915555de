// The formats that are tried when a jail has no datepattern.
#pragma once

#include <vector>

#include "dates/date_template.h"

namespace gaoler::dates {

// In fail2ban's order: first the copies bound to the begin of the line, which weigh more in the
// competition of templates, then all formats as they are.
std::vector<DateTemplate> default_templates();

// What {^LN-BEG} alone stands for: those that are bound to the begin of the line.
std::vector<DateTemplate> line_begin_templates();

// What {DATE} inside a text stands for: each format as it is, with the text around it. Refused for
// a bad percent sign in the text.
base::Result<std::vector<DateTemplate>> wrapped_templates(std::string_view text);

// {DATE} is in it, in any case, not escaped.
bool holds_date_mark(std::string_view text);

}  // namespace gaoler::dates
