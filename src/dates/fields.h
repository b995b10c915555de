// Fields: the parts of a date as text, and the time they mean together.
//
// As fail2ban 1.1: fractions count for nothing, a missing year is this one unless that is more than
// a day ahead, a missing date is today unless that is ahead, a zone in the text wins over the
// default one, and without any the system's rules hold.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "dates/local_time.h"
#include "dates/zone.h"

namespace gaoler::dates {

// A part is known by the letter of its directive and group: 'Y', 'm', 'd', ...
struct Field {
  char letter;
  std::string_view text;
};

// True for the names of groups that are parts of a date; other letters mean nothing here.
bool is_field(std::string_view group_name);

struct TimeContext {
  base::UnixTime now;
  std::optional<int> default_offset;  // seconds east of UTC
  LocalTime& local;
};

// The fields that took part, in the order of their groups: the later one of two for the same part
// wins. Nothing for a date that does not exist.
std::optional<base::UnixTime> time_of(const std::vector<Field>& fields, const TimeContext& context);

}  // namespace gaoler::dates
