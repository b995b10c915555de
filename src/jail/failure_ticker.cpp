#include "jail/failure_ticker.h"

#include <algorithm>
#include <cmath>

namespace gaoler::jail {
namespace {

constexpr size_t kEntryOverhead = 400;  // tree nodes and the fixed part of an entry
constexpr size_t kLineOverhead = sizeof(filter::MatchedLine);

size_t size_of(const filter::MatchedLine& line) {
  return line.before.size() + line.date.size() + line.after.size() + kLineOverhead;
}

size_t size_of(const std::vector<filter::MatchedLine>& lines) {
  size_t sum = 0;
  for (const auto& line : lines) sum += size_of(line);
  return sum;
}

struct GroupSize {
  size_t operator()(const std::string& text) const { return text.size(); }
  size_t operator()(const std::vector<std::optional<std::string>>& parts) const {
    size_t sum = 0;
    for (const auto& part : parts) sum += sizeof part + (part ? part->size() : 0);
    return sum;
  }
  size_t operator()(const std::set<std::string>& names) const {
    size_t sum = 0;
    for (const auto& name : names) sum += 2 * sizeof name + name.size();
    return sum;
  }
};

size_t fixed_size_of(const Ticket& ticket) {
  size_t sum = kEntryOverhead + 2 * ticket.id.size();
  for (const auto& [name, value] : ticket.groups) {
    sum += 2 * sizeof(filter::GroupValue) + name.size() + std::visit(GroupSize{}, value);
  }
  return sum;
}

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
    add_lines(entry->second, failure.lines);
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
    entry->second.ticket.ban_count = std::max(entry->second.ticket.ban_count, ban_count);
    cut_lines(entry->second);
  } else {
    add_lines(entry->second, failure.lines);
  }
  const double retries = entry->second.retries;
  stay_within_bounds();
  return retries;
}

std::optional<Ticket> FailureTicker::take(std::string_view id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end() || !reached_max_retry(entry->second.retries)) return std::nullopt;
  const base::UnixTime time = entry->second.ticket.time;
  Ticket ticket = std::move(entry->second.ticket);
  entry->second.ticket.time = time;  // erase() finds its place by it
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
  const auto at = entries_.emplace(failure.id, Entry{}).first;
  Entry& entry = at->second;
  entry.ticket.id = failure.id;
  entry.ticket.time = entry.first = failure.time;
  entry.ticket.attempts = 1;
  entry.ticket.groups = failure.groups.captured();
  entry.ticket.ip = failure.ip;
  entry.retries = count;
  entry.bytes = fixed_size_of(entry.ticket);
  bytes_ += entry.bytes;
  by_last_.emplace(failure.time, at->first);
  ++total_failed_;
  // Kept as they are, even if they are more than maxmatches: that cap begins with the second
  // failure.
  if (line_bytes_ < kMaxLineBytes) {
    entry.ticket.lines = failure.lines;
    set_line_bytes(entry, size_of(failure.lines));
  }
  return at;
}

void FailureTicker::count_again(Entries::iterator at, base::UnixTime time, double retries) {
  move_time(at, time);
  at->second.retries += retries;
  ++at->second.ticket.attempts;
  ++total_failed_;
}

void FailureTicker::move_time(Entries::iterator at, base::UnixTime time) {
  Entry& entry = at->second;
  if (!(time > entry.ticket.time)) return;
  if (entry.first < time - find_time_) {
    entry.retries = scaled(entry.retries, time - entry.first, find_time_);
    entry.first = time - find_time_;
  }
  by_last_.erase({entry.ticket.time, at->first});
  entry.ticket.time = time;
  by_last_.emplace(time, at->first);
}

void FailureTicker::add_lines(Entry& entry, const std::vector<filter::MatchedLine>& lines) {
  if (max_matches_ != 0 && line_bytes_ < kMaxLineBytes) {
    for (const auto& line : lines) entry.ticket.lines.push_back({"", "", line.text()});
  }
  cut_lines(entry);
}

void FailureTicker::cut_lines(Entry& entry) {
  auto& lines = entry.ticket.lines;
  if (lines.size() > max_matches_) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(max_matches_));
    for (auto& line : lines) line = {"", "", line.text()};
  }
  set_line_bytes(entry, size_of(lines));
}

void FailureTicker::set_line_bytes(Entry& entry, size_t bytes) {
  const size_t before = entry.line_bytes;
  entry.line_bytes = bytes;
  line_bytes_ = line_bytes_ - before + bytes;
  entry.bytes = entry.bytes - before + bytes;
  bytes_ = bytes_ - before + bytes;
}

void FailureTicker::erase(Entries::iterator entry) {
  by_last_.erase({entry->second.ticket.time, entry->first});
  set_line_bytes(entry->second, 0);
  bytes_ -= entry->second.bytes;
  entries_.erase(entry);
}

void FailureTicker::stay_within_bounds() {
  while (entries_.size() > kMaxIds || bytes_ > kMaxBytes) {
    erase(entries_.find(by_last_.begin()->second));
    ++forgotten_;
  }
}

}  // namespace gaoler::jail
