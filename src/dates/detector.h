// Detector: finds the date in a log line and tells what time it means.
//
// Holds its templates with their hit counts, so it belongs to one jail and one thread (it learns
// the order in which to try them). It reads no clock: `now` decides the missing year and the
// missing day.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "dates/zone.h"

namespace gaoler::dates {

struct Found {
  // The bytes of the line that are cut out before the regular expressions see it.
  size_t begin = 0;
  size_t end = 0;
  // Nothing when the text looks like a date but is none (Feb 30): the line then counts as undated.
  std::optional<base::UnixTime> time;
  const std::string* template_name = nullptr;  // as displayed; lent by the detector
};

class Detector {
 public:
  // The default list.
  Detector();
  // A datepattern option: one or several lines, with {DEFAULT}, {DATE}, {NONE}, EPOCH, ... as the
  // contract says.
  static base::Result<Detector> from_pattern(std::string_view pattern);

  // logtimezone; without one the zone of the system.
  void set_default_zone(const Zone& zone);

  // The first date of the line by fail2ban's order of templates; nothing if there is none. With
  // {NONE} the pattern says that lines carry no date: needs_date() is false and find() is not
  // called.
  std::optional<Found> find(std::string_view line, base::UnixTime now);
  bool needs_date() const;

  // For `get J datepattern`: (pattern, displayed name) per template, in order of definition; see
  // is_default().
  struct Description {
    std::string pattern;
    std::string name;
    size_t hits = 0;
  };
  std::vector<Description> describe() const;
  bool is_default() const;
};

}  // namespace gaoler::dates
