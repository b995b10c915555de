#include "filter/line_dates.h"

#include <charconv>
#include <cmath>

#include "base/duration_text.h"
#include "filter/filter.h"

namespace gaoler::filter {
namespace {

constexpr base::Seconds kFresh = 60;      // how long a known date serves undated lines
constexpr base::Seconds kOdd = 60;        // farther from now than this is a problem of a clock
constexpr base::Seconds kLatency = 3300;  // up to here behind it may only be slow

std::string number_text(double number) {
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return {digits, end};
}

std::string where(std::string_view line) {
  return "Please check a jail for a timing issue. Line with odd timestamp: " + std::string(line);
}

}  // namespace

DatedLine LineDates::find(std::string_view line, const LineContext& context) {
  DatedLine dated = cut(line, context.now);
  if (!dated.time) {
    dated.undated = true;
    if (last_is_fresh(context.now)) {
      dated = borrow(line);
      dated.undated = true;
    } else if (context.check_find_time && context.in_operation) {
      dated.time = context.now;
    }
  }
  judge(dated, line, context);
  return dated;
}

DatedLine LineDates::accept(const MatchedLine& entry, base::UnixTime time,
                            const LineContext& context) {
  last_text_ = entry.date;
  last_time_ = time;
  last_whole_ = false;
  DatedLine dated{entry.before, entry.date, entry.after, time};
  judge(dated, entry.text(), context);
  return dated;
}

// Without a time: no date was found, or it was none.
DatedLine LineDates::cut(std::string_view line, base::UnixTime now) {
  auto found = detector_.find(line, now);
  if (!found) return {{}, {}, line, std::nullopt};
  DatedLine dated{line.substr(0, found->begin),
                  line.substr(found->begin, found->end - found->begin), line.substr(found->end),
                  found->time};
  dated.whole = found->whole;
  if (dated.date.empty()) {
    // The pattern allows a line to have no date.
    if (last_is_fresh(now)) return borrow(line);
    dated.time = now;
    dated.whole = false;
  } else if (dated.time) {
    last_text_ = dated.date;
    last_time_ = dated.time;
    last_whole_ = dated.whole;
  } else {
    warnings_.error("findFailure failed to parse timeText: " + std::string(dated.date));
  }
  return dated;
}

DatedLine LineDates::borrow(std::string_view line) const {
  DatedLine dated{{}, last_text_, line, last_time_};
  dated.whole = last_whole_;
  return dated;
}

bool LineDates::last_is_fresh(base::UnixTime now) const {
  // A last date of 0 counts as none, as fail2ban has it.
  return last_time_ && *last_time_ != 0 && *last_time_ > now - kFresh;
}

void LineDates::judge(DatedLine& line, std::string_view original, const LineContext& context) {
  if (!context.check_find_time || !line.time) return;
  if (context.in_operation) {
    double delta = std::trunc(*line.time - context.now);
    if (std::abs(delta) <= kOdd) return;
    warn_odd_time(original, delta, context.now);
    line.time = context.now;
    line.whole = false;
    last_time_ = context.now;
    last_whole_ = false;
  } else if (*line.time < context.now - context.find_time) {
    line.too_old = true;
    if (!warnings_.due(Warnings::Kind::too_old, context.now)) return;
    warnings_.daily(Warnings::Kind::too_old, context.now,
                    {"Ignoring all log entries older than " + number_text(context.find_time) +
                         "s; these are probably messages generated while fail2ban was not running.",
                     where(original)});
  }
}

void LineDates::warn_odd_time(std::string_view original, double delta, base::UnixTime now) {
  if (!warnings_.due(Warnings::Kind::odd_time, now)) return;
  bool behind = delta < 0;
  bool slow = behind && delta >= -kLatency;
  warnings_.daily(Warnings::Kind::odd_time, now,
                  {"Detected a log entry " + base::duration_text(std::abs(delta)) +
                       (behind ? " before" : " after") +
                       " the current time in operation mode. This looks like a " +
                       (slow ? "latency" : "timezone") +
                       " problem. Treating such entries as if they just happened.",
                   where(original)});
}

}  // namespace gaoler::filter
