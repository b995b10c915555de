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

// When the wall clock stands in it, from <= clock < until, something holds.
struct ClockSpan {
  WallSeconds from = 0;
  WallSeconds until = 0;

  static constexpr ClockSpan always() { return {INT64_MIN, INT64_MAX}; }
  bool holds(WallSeconds clock) const { return from <= clock && clock < until; }
  bool is_always() const { return *this == always(); }
  friend bool operator==(const ClockSpan&, const ClockSpan&) = default;
};

struct Reading {
  base::UnixTime time = 0;
  // While the clock is here, the same text with other minutes and seconds means a time that is so
  // much later or earlier. Never, when a change of the zone or of the year is too near.
  ClockSpan even_hour{};

  friend bool operator==(const Reading&, const Reading&) = default;
};

// The fields that took part, in the order of their groups: the later one of two for the same part
// wins. Nothing for a date that does not exist.
std::optional<Reading> read(const std::vector<Field>& fields, const TimeContext& context);

}  // namespace gaoler::dates
