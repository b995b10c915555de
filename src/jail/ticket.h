// Ticket: an id that has failed often enough, with what is known of it; with a ban time it is a
// ban.
//
// A value; who holds one owns it. JSON and wire forms are made elsewhere.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "filter/failure.h"

namespace gaoler::jail {

struct Ticket {
  std::string id;
  base::UnixTime time = 0;                // of the last failure; the ban counts from it
  std::optional<base::Seconds> ban_time;  // its own; without one the jail's. -1: for ever
  int ban_count = 0;      // how many times it was banned before, this one included once banned
  int attempts = 0;       // failures counted; 0 for a ban by hand
  bool restored = false;  // came from the database
  // The newest maxmatches lines. Only the first failure of an id keeps its line in three parts;
  // later ones have all in `after`, as fail2ban stores them.
  std::vector<filter::MatchedLine> lines;
  std::map<std::string, filter::GroupValue> groups;  // of the first failure
  std::optional<std::string> ip;                     // when the id is not the address

  friend bool operator==(const Ticket&, const Ticket&) = default;
};

// A ban by hand: nothing is known but the id and the time.
inline Ticket manual_ticket(std::string id, base::UnixTime now) {
  Ticket ticket;
  ticket.id = std::move(id);
  ticket.time = now;
  return ticket;
}

// What the database tells of an id: of this jail, or summed over all jails (overalljails).
struct BanHistory {
  int bans = 0;
  base::UnixTime last_ban = 0;
  base::Seconds ban_time = 0;

  friend bool operator==(const BanHistory&, const BanHistory&) = default;
};

}  // namespace gaoler::jail
