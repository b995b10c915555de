// BanTime: how long the next ban of an id lasts when it was banned before (bantime.increment).
//
// Holds the options bantime.* of one jail. What is known of the id comes from the database and is
// given in; so is the random number: pure, no clock, no threads. Not here: asking the database,
// log lines, prolonging what the firewall already has.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "base/time.h"
#include "jail/formula.h"
#include "jail/ticket.h"

namespace gaoler::jail {

class BanTime {
 public:
  using Random = std::function<double()>;  // 0 <= x < 1

  BanTime();

  // `name` without "bantime.": increment, overalljails, factor, formula, multipliers, maxtime,
  // rndtime. An empty value takes the option away. A value that is refused changes nothing.
  base::Result<void> set(std::string_view name, std::string_view value);
  // As it was given; nothing when not set or of an unknown name.
  std::optional<std::string> text_of(std::string_view name) const;
  static bool is_option(std::string_view name);

  bool increment() const { return increment_; }
  bool overall_jails() const { return overall_jails_; }
  const std::optional<base::Duration>& max_time() const { return max_time_; }
  const std::optional<base::Duration>& random_time() const { return random_time_; }

  // The longest ban a restored ticket may keep; -1: no limit.
  base::Seconds longest(base::Seconds jail_ban_time) const;

  // The ban after `count` bans of `ban_time`.
  base::Result<base::Seconds> next(base::Seconds ban_time, int count, const Random& random) const;

  // What becomes of a new ban, by its id's history. Ticket and jail_ban_time are those of the ban.
  struct Decision {
    base::Seconds ban_time = 0;
    int ban_count = 0;
    // The ticket gets ban_time as its own (otherwise it stays bound to the jail's).
    bool own = false;
    // Differs from what the ban began with: "Increase Ban", prolong it, tell the actions.
    bool increased = false;
    bool known_bad = false;        // was banned before: "IP X is bad"
    bool older_than_last = false;  // the ticket is no newer than the last ban: counts as restored
    std::string error{};           // the formula failed; the ban stays as it is

    friend bool operator==(const Decision&, const Decision&) = default;
  };
  Decision decide(const Ticket& ticket, base::Seconds jail_ban_time,
                  const std::optional<BanHistory>& history, const Random& random) const;

  // After how many seconds the firewall is told of an increase.
  static base::Seconds prolong_delay(base::Seconds old_time, base::Seconds new_time);

 private:
  base::Result<void> take(std::string_view name, std::string_view value);
  static base::Result<void> take_duration(std::string_view name, std::string_view value,
                                          std::optional<base::Duration>& into);

  bool increment_ = false;
  bool overall_jails_ = false;
  std::optional<base::Duration> max_time_;
  std::optional<base::Duration> random_time_;
  std::vector<std::pair<std::string, std::string>> texts_;
  std::vector<int64_t> multipliers_;
  Formula::Number factor_ = int64_t{1};
  Formula formula_;
};

// Weight of one failure of an id that was banned `bans` times before: 2^bans / 2 + 1, at most
// max_retry. fail2ban prints it as a float unless it was cut: text is "2.0", or "5".
struct KnownBadWeight {
  double retries = 1;
  std::string text;
};
// Nothing if the failure counts as any other: no history, or a failure no newer than the last ban.
std::optional<KnownBadWeight> known_bad_weight(const std::optional<BanHistory>& history,
                                               base::UnixTime failure_time, int max_retry);

}  // namespace gaoler::jail
