// Filter: log lines in, failures out. Behaves as fail2ban 1.1's filter up to the point where names
// are resolved.
//
// It knows no bans, opens nothing and reads no clock: the time comes with each line. One filter
// belongs to one jail and one thread. Problems of a line go to the log under "fail2ban.filter",
// those of a setting come back as Result with fail2ban's text.
//
// What a line changes even if nothing matches it: the last known date (undated lines borrow it),
// the order and hits of the date templates, the warnings about odd times, the buffer of a
// multi-line filter. All of it is visible later, so every line's date is looked at - a shortcut
// makes that cheap for a date that looks like the last one (dates/last_date.h). Another spares a
// line without the literals that its expressions require every regular expression, and any copy
// (filter/prefilter.h). Failures and all that is told are the same with shortcuts on or off.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "dates/detector.h"
#include "dates/zone.h"
#include "filter/failure.h"
#include "filter/use_dns.h"

namespace gaoler::filter {

// What a line is judged by, apart from its text.
struct LineContext {
  base::UnixTime now = 0;
  // The log was once read to its end: a date more than a minute off is then taken for a clock
  // problem.
  bool in_operation = true;
  base::Seconds find_time = 600;
  // False in tools: neither findtime nor the clock matters, any date is as good as another.
  bool check_find_time = true;
};

// How a tool may bend the rules of a server; the defaults are the server's.
struct Rules {
  // Do not stop at the first failregex that matches; F-NOFAIL matches are reported too
  // (Groups::truthy("nofail")).
  bool check_all_regexes = false;
  bool report_pending = false;  // report failures that still wait for their id
  bool raw_names = false;       // keep names as ids, as usedns = raw does
  bool shortcuts = true;        // skip what cannot match, know dates by the one before: see above
  bool exact_notes = false;     // LineNotes are exact even for lines that could be spared
  bool keep_undated = false;    // undated_line() is asked
};

struct Counters {
  uint64_t lines = 0;
  uint64_t spared = 0;   // without any regular expression being run
  uint64_t gave_up = 0;  // lines on which some regular expression hit its bound
};

// What else happened to the last line, for tools.
struct LineNotes {
  std::vector<size_t> ignored_by;  // numbers of the ignoreregexes that hit
  // The last search of the prefregex matched. As in fail2ban it keeps its value over lines that an
  // ignoreregex took before the prefregex was asked.
  bool prefregex_matched = false;
  Groups prefregex_groups;
};

class Filter {
 public:
  // `log` is lent for the life of the filter.
  Filter(std::string jail_name, base::LogSink& log);
  ~Filter();
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;

  // Settings. Each uses the settings made before it, as the order of fail2ban's commands demands:
  // usedns decides what <HOST> becomes, the prefregex may bring the failregexes' id, maxlines above
  // 1 makes them MULTILINE.
  void set_use_dns(UseDns use_dns);
  UseDns use_dns() const;
  base::Result<void> set_max_lines(int lines);
  int max_lines() const;
  base::Result<void> set_prefregex(std::string_view regex);  // empty: none
  std::optional<std::string> prefregex() const;              // expanded

  base::Result<void> add_failregex(std::string_view regex);
  void remove_failregex(
      long index);  // Python's index: -1 is the last; one that is not there is logged
  void clear_failregexes();
  std::vector<std::string> failregexes() const;  // expanded

  base::Result<void> add_ignoreregex(std::string_view regex);
  void remove_ignoreregex(long index);
  void clear_ignoreregexes();
  std::vector<std::string> ignoreregexes() const;

  // Replaces the detector: its hits and order are forgotten, the zone is kept. Dates are set by
  // default.
  void set_detector(dates::Detector detector);
  base::Result<void> set_date_pattern(std::string_view pattern);
  const dates::Detector& detector() const;
  base::Result<void> set_log_timezone(std::string_view zone);
  std::optional<std::string> log_timezone() const;  // as set

  void set_rules(const Rules& rules);

  // One decoded UTF-8 line without its newline. Failures of one line share their groups and differ
  // in their id.
  std::vector<Failure> process_line(std::string_view line, const LineContext& context);
  // An entry of a source that knows its times, such as the journal: the detector is not asked.
  std::vector<Failure> process_entry(const MatchedLine& entry, base::UnixTime time,
                                     const LineContext& context);

  // The date in a line, for who looks for a place in a log: nothing is remembered of the line but
  // what the detector learns.
  std::optional<base::UnixTime> time_of(std::string_view line, base::UnixTime now);

  // Forgets the lines buffered for multi-line expressions.
  void clear_lines();

  const Counters& counters() const;
  const LineNotes& notes() const;
  // The lines that a later line may still complete.
  const std::vector<MatchedLine>& buffered_lines() const;
  // The last line as the regular expressions saw it, without its date; with Rules::keep_undated.
  std::string undated_line() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gaoler::filter
