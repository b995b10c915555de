// Ticket: an id that has failed often enough, with what is known of it; with a ban time it is a
// ban.
//
// A value; who holds one owns it. JSON and wire forms are made elsewhere.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "filter/failure.h"

namespace gaoler::jail {

struct Ticket {
  std::string id;
  base::UnixTime time = 0;                // of the last failure; of the ban once banned
  std::optional<base::Seconds> ban_time;  // its own; without one the jail's. -1: for ever
  int ban_count = 0;      // how many times it was banned before, this one included once banned
  int attempts = 0;       // failures counted
  bool restored = false;  // came from the database
  std::vector<filter::MatchedLine> lines;  // the newest maxmatches lines
  std::map<std::string, filter::GroupValue> groups;
  std::optional<std::string> ip;  // when the id is not the address
};

}  // namespace gaoler::jail
