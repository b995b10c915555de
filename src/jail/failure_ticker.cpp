#include "jail/failure_ticker.h"

#include <algorithm>
#include <cmath>

namespace gaoler::jail {
namespace {

constexpr size_t kEntryOverhead = 256;  // tree nodes and the fixed part of an entry

// What the rate of `retries` failures in `span` seconds makes in one findtime.
double scaled(double retries, base::Seconds span, base::Seconds find_time) {
  if (!(span > 0)) return 0;  // only with a negative findtime
  return std::nearbyint(retries / span * find_time);
}

}  // namespace

double FailureTicker::add(const filter::Failure& failure, int count) {
  auto entry = entries_.find(failure.id);
  if (entry == entries_.end()) {
    entry = start(failure, count);
  } else {
    count_again(entry, failure.time, count);
    keep_lines(*entry, failure.lines);
    entry->second.single = false;
  }
  const double retries = entry->second.retries;
  stay_within_bounds();
  return retries;
}

std::optional<double> FailureTicker::add_known_bad(const filter::Failure& failure, double extra,
                                                   int ban_count) {
  const auto entry = entries_.find(failure.id);
  if (entry == entries_.end()) return std::nullopt;
  count_again(entry, failure.time, extra);
  if (entry->second.single) {
    entry->second.ban_count = std::max(entry->second.ban_count, ban_count);
    keep_lines(*entry, {});
  } else {
    keep_lines(*entry, failure.lines);
  }
  const double retries = entry->second.retries;
  stay_within_bounds();
  return retries;
}

std::optional<Ticket> FailureTicker::take(std::string_view id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end() || !reached_max_retry(entry->second.retries)) return std::nullopt;
  Ticket ticket;
  ticket.id = entry->first;
  ticket.time = entry->second.last;
  ticket.ban_count = entry->second.ban_count;
  ticket.attempts = entry->second.failures;
  entry->second.evidence.unpack(ticket);
  erase(entry);
  return ticket;
}

void FailureTicker::clean_up(base::UnixTime now) {
  while (!by_last_.empty() && by_last_.begin()->first <= now - find_time_) {
    erase(entries_.find(by_last_.begin()->second));
  }
}

void FailureTicker::forget(std::string_view id) {
  const auto entry = entries_.find(id);
  if (entry != entries_.end()) erase(entry);
}

FailureTicker::Entries::iterator FailureTicker::start(const filter::Failure& failure, int count) {
  Entry entry{Evidence(failure), failure.time, failure.time};
  entry.retries = count;
  // Kept as they are, even if they are more than maxmatches: that cap begins with the second
  // failure.
  if (line_bytes_ < kMaxLineBytes) {
    for (const auto& line : failure.lines) entry.evidence.add(line);
  }
  const auto at = entries_.emplace(failure.id, std::move(entry)).first;
  by_last_.emplace(failure.time, at->first);
  ++total_failed_;
  add_size(*at);
  return at;
}

void FailureTicker::count_again(Entries::iterator at, base::UnixTime time, double retries) {
  move_time(at, time);
  at->second.retries += retries;
  ++at->second.failures;
  ++total_failed_;
}

void FailureTicker::move_time(Entries::iterator at, base::UnixTime time) {
  Entry& entry = at->second;
  if (!(time > entry.last)) return;
  if (entry.first < time - find_time_) {
    entry.retries = scaled(entry.retries, time - entry.first, find_time_);
    entry.first = time - find_time_;
  }
  by_last_.erase({entry.last, at->first});
  entry.last = time;
  by_last_.emplace(time, at->first);
}

void FailureTicker::keep_lines(Counted& counted, const std::vector<filter::MatchedLine>& lines) {
  const bool room = max_matches_ != 0 && line_bytes_ < kMaxLineBytes;
  Evidence& evidence = counted.second.evidence;
  drop_size(counted);
  if (room) {
    for (const auto& line : lines) evidence.add({"", "", line.text()});
  }
  evidence.keep_newest(max_matches_);
  add_size(counted);
}

void FailureTicker::add_size(const Counted& counted) {
  bytes_ += kEntryOverhead + counted.first.size() + counted.second.evidence.size();
  line_bytes_ += counted.second.evidence.size_of_lines();
}

void FailureTicker::drop_size(const Counted& counted) {
  bytes_ -= kEntryOverhead + counted.first.size() + counted.second.evidence.size();
  line_bytes_ -= counted.second.evidence.size_of_lines();
}

void FailureTicker::erase(Entries::iterator entry) {
  by_last_.erase({entry->second.last, entry->first});
  drop_size(*entry);
  entries_.erase(entry);
}

void FailureTicker::stay_within_bounds() {
  while (entries_.size() > kMaxIds || bytes_ > kMaxBytes) {
    erase(entries_.find(by_last_.begin()->second));
    ++forgotten_;
  }
}

}  // namespace gaoler::jail
