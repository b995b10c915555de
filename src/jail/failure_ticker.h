// FailureTicker: counts failures per id within findtime and hands out a ticket at maxretry.
//
// As fail2ban 1.1's fail manager it keeps no window of single failures: when an id's first failure
// is older than findtime, its count is scaled down to what its rate so far gives for one findtime
// (rounded half to even) and its first failure moves up to the start of that findtime. A failure
// that is older than the newest one just counts.
//
// Pure: reads no clock, has no threads, owns its entries. Memory is bounded: beyond kMaxLineBytes
// of kept lines new lines are dropped (counting goes on), beyond kMaxIds or kMaxBytes the ids whose
// last failure is oldest are forgotten; forgotten() tells how many, so that someone can say it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "filter/failure.h"
#include "jail/evidence.h"
#include "jail/ticket.h"

namespace gaoler::jail {

class FailureTicker {
 public:
  static constexpr int kDefaultMaxRetry = 3;

  static constexpr size_t kMaxIds = 500'000;
  static constexpr size_t kMaxBytes = 256 * 1024 * 1024;     // ids, groups and lines together
  static constexpr size_t kMaxLineBytes = 64 * 1024 * 1024;  // kept lines alone

  void set_max_retry(int failures) { max_retry_ = failures; }
  void set_find_time(base::Seconds span) { find_time_ = span; }
  void set_max_matches(size_t lines) { max_matches_ = lines; }
  int max_retry() const { return max_retry_; }
  base::Seconds find_time() const { return find_time_; }
  size_t max_matches() const { return max_matches_; }

  // Counts the failure as `count` retries (an `attempt` command counts one per line) and returns
  // the retries of its id so far.
  double add(const filter::Failure& failure, int count = 1);

  // The weight of known bad ids (bantime.increment): `extra` retries more for an id whose failure
  // was just added; see ban_time.h. Counts as one failure more in attempts() and total_failed(),
  // and if the failure was not the id's first its lines are kept once more: so does fail2ban.
  // Nothing happens if the id is no longer counted. Returns the retries so far.
  std::optional<double> add_known_bad(const filter::Failure& failure, double extra, int ban_count);

  bool reached_max_retry(double retries) const { return retries >= max_retry_; }

  // The ticket of an id that has reached maxretry; its count starts anew.
  std::optional<Ticket> take(std::string_view id);

  // Forgets ids without a failure for findtime; call it every few seconds.
  void clean_up(base::UnixTime now);
  void forget(std::string_view id);

  size_t currently_failed() const { return entries_.size(); }
  uint64_t total_failed() const { return total_failed_; }
  uint64_t forgotten() const { return forgotten_; }

 private:
  struct Entry {
    Evidence evidence;
    base::UnixTime first = 0;
    base::UnixTime last = 0;
    double retries = 0;
    int failures = 1;
    int ban_count = 0;
    bool single = true;  // no failure but the first so far
  };
  // Ordered, not hashed: ids come from hostile lines, and no choice of them makes a tree slow.
  using Entries = std::map<std::string, Entry, std::less<>>;
  using Counted = Entries::value_type;

  Entries::iterator start(const filter::Failure& failure, int count);
  void count_again(Entries::iterator entry, base::UnixTime time, double retries);
  void move_time(Entries::iterator entry, base::UnixTime time);
  void keep_lines(Counted& counted, const std::vector<filter::MatchedLine>& lines);
  void add_size(const Counted& counted);
  void drop_size(const Counted& counted);
  void erase(Entries::iterator entry);
  void stay_within_bounds();

  int max_retry_ = kDefaultMaxRetry;
  base::Seconds find_time_ = 600;
  size_t max_matches_ = 5;
  Entries entries_;
  std::set<std::pair<base::UnixTime, std::string_view>> by_last_;  // names are the map's keys
  uint64_t total_failed_ = 0;
  uint64_t forgotten_ = 0;
  size_t bytes_ = 0;
  size_t line_bytes_ = 0;
};

}  // namespace gaoler::jail
