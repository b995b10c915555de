// Detector: finds the date in a log line and tells what time it means.
//
// Holds its templates with their hit counts, so it belongs to one jail and one thread: it learns
// the order in which to try them and the place where dates stand, as fail2ban 1.1 does. It reads no
// clock: `now` decides the missing year and day, the decades %ExY accepts and how stale a template
// is. Templates are compiled when first tried. Lines are UTF-8; spans are bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "dates/date_template.h"
#include "dates/last_date.h"
#include "dates/local_time.h"
#include "dates/zone.h"

namespace gaoler::dates {

struct Found {
  // The bytes of the line that are cut out before the regular expressions see it. None at all
  // (begin == end) when the pattern allows a line to have no date, as {NONE} does.
  size_t begin = 0;
  size_t end = 0;
  // Nothing when the text looks like a date but is none (Feb 30): the line then counts as undated.
  std::optional<base::UnixTime> time;
  // Python would hold an int: fail2ban-regex prints such a time without ".0". So for dates with a
  // zone of their own or from logtimezone, and for TAI64N.
  bool whole = false;
  const std::string* template_name = nullptr;  // as displayed; lent by the detector
};

inline constexpr size_t kMaxPatternBytes = 8192;  // of one datepattern option
inline constexpr size_t kMaxTemplates = 200;      // of one detector
// A longer line ends here for a search: a date begins in front of kMaxDateBegin.
inline constexpr size_t kMaxSearchedBytes = kMaxDateBegin + 1024;

class Detector {
 public:
  // The default list.
  Detector();
  // A datepattern option: one or several lines, with {DATE}, {^LN-BEG}, {NONE}, EPOCH, ... as the
  // contract says. No template at all means the default list; {DEFAULT} is none.
  static base::Result<Detector> from_pattern(std::string_view pattern);

  // logtimezone; without one the zone of the system.
  void set_default_zone(const Zone& zone) {
    default_offset_ = zone.fixed_offset();
    last_date_.forget();
  }

  // Without shortcuts every line is searched: the same dates, slower. On by default.
  void set_shortcuts(bool on) {
    shortcuts_ = on;
    for (Entry& entry : entries_) entry.date_template.set_shortcuts(on);
  }

  // The date of the line by fail2ban's order of templates; nothing if there is none.
  std::optional<Found> find(std::string_view line, base::UnixTime now);
  // False for a lone {NONE}: no line has a date, and find() need not be called.
  bool needs_date() const;

  // Per template, in the order in which they are tried now: fail2ban-regex prints this list.
  struct Description {
    std::string pattern;  // empty for EPOCH and TAI64N, which have none
    std::string name;
    std::string regex;
    double given_weight = 0;  // the template's own
    double weight = 0;        // what its hits have made of it
    size_t hits = 0;
  };
  std::vector<Description> describe() const;
  // `get J datepattern` says "Default Detectors" instead of pattern and name of the first template:
  // so for the default list, and for any list of more than two.
  bool is_default() const { return entries_.size() > 2; }

 private:
  static constexpr size_t kFar = 0x7fffffff;  // fail2ban's "nowhere yet"

  struct Entry {
    DateTemplate date_template;
    size_t hits = 0;               // lines it won
    size_t matches = 0;            // lines it matched, also those another template won
    base::UnixTime last_used = 0;  // when it last won
    size_t distance = kFar;        // characters in front of its last date

    double weight() const;
  };
  // A match, in characters as fail2ban counts them: lines may hold other things than ASCII.
  struct Candidate {
    size_t index = kFar;
    size_t begin = kFar;
    size_t end = kFar;
  };
  // Where the last date stood and the characters at its ends: the next one is expected there.
  struct Place {
    size_t begin = 1;
    size_t end = kFar;
    std::string before, first, last, after;
  };
  class Line;
  struct WithoutTemplates {};

  explicit Detector(WithoutTemplates) {}
  base::Result<void> add_line(std::string_view line);
  base::Result<void> add(std::vector<DateTemplate> templates, bool skip_known);
  std::optional<Candidate> search(size_t index, const Line& line);
  std::optional<Candidate> search_at_place(size_t index, const Line& line);
  bool is_place(const Line& line) const;
  std::optional<Found> find_again(std::string_view line, base::UnixTime now);
  void remember(std::string_view line, const Reading& reading);
  std::optional<Candidate> choose(const Line& line);
  std::optional<Candidate> choose_among_all(const Line& line, size_t skipped, Candidate reserve);
  bool wins_at_once(const Candidate& candidate) const;
  void learn(const Candidate& winner, const Line& line);
  size_t bubble_up(size_t index);

  std::vector<Entry> entries_;
  size_t last_index_ = kFar;
  size_t first_unused_ = 0;
  Place place_;
  regex::Match match_;          // of the candidate looked at last
  regex::Match reserve_match_;  // of the best one put aside
  std::optional<int> default_offset_;
  LocalTime local_;
  bool shortcuts_ = true;
  // Of the last line, if its date was found by the template and at the place of the one before.
  std::optional<LastDate::Searched> found_again_;
  base::UnixTime last_time_ = 0;
  Found last_found_;
  LastDate last_date_;
};

}  // namespace gaoler::dates
