// LineDates: the date of each line, and fail2ban's rules for dates that are missing, odd or too
// old.
//
// Remembers the last known date, which undated lines borrow while it is less than a minute old.
// Warnings come once a day per kind, under the jail's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/time.h"
#include "dates/detector.h"
#include "filter/failure.h"
#include "filter/warnings.h"

namespace gaoler::filter {

struct LineContext;

// A line cut at its date. The views are lent by the caller's line and by LineDates, until the next
// line.
struct DatedLine {
  std::string_view before;
  std::string_view date;
  std::string_view after;
  std::optional<base::UnixTime> time;
  bool undated = false;  // it should have had a date; `time` is borrowed, now, or unknown
  bool whole = false;    // see dates::Found
  bool too_old = false;  // older than findtime: not to be looked at

  MatchedLine copy() const { return {std::string(before), std::string(date), std::string(after)}; }
};

class LineDates {
 public:
  explicit LineDates(Warnings& warnings) : warnings_(warnings) {}

  dates::Detector& detector() { return detector_; }
  const dates::Detector& detector() const { return detector_; }
  void set_detector(dates::Detector detector) { detector_ = std::move(detector); }

  DatedLine find(std::string_view line, const LineContext& context);
  // For a source that knows the time of its entries.
  DatedLine accept(const MatchedLine& entry, base::UnixTime time, const LineContext& context);

 private:
  DatedLine cut(std::string_view line, base::UnixTime now);
  DatedLine borrow(std::string_view line) const;
  bool last_is_fresh(base::UnixTime now) const;
  void judge(DatedLine& line, std::string_view original, const LineContext& context);
  void warn_odd_time(std::string_view original, double delta, base::UnixTime now);

  Warnings& warnings_;
  dates::Detector detector_;
  std::string last_text_;
  std::optional<base::UnixTime> last_time_;
  bool last_whole_ = false;
};

}  // namespace gaoler::filter
