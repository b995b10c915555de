// Change: one thing to write into the database, as a value.
//
// Writers collect changes and hand them to a BanStore in batches; a batch is one transaction.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "jail/ticket.h"

namespace gaoler::store {

// The jail exists and runs.
struct EnableJail {
  std::string jail;
};
// The jail was stopped; without a name: every jail (no jail runs yet at start).
struct DisableJail {
  std::optional<std::string> jail;
};

// A log file (or journal: its name as path, the time as position, that time's ISO text as hash).
struct LogPosition {
  std::string path;
  std::optional<std::string> first_line_hash;  // SHA-1 in hex; "" without a complete first line
  double position = 0;                         // bytes; for a journal seconds since 1970
};
// Written only if the log is not known yet.
struct AddLog {
  std::string jail;
  LogPosition log;
};
struct UpdateLog {
  std::string jail;
  LogPosition log;
};

// A new ban, with the ban time that it really got and its number in ticket.ban_count.
struct AddBan {
  std::string jail;
  gaoler::jail::Ticket ticket;
  base::Seconds ban_time = 0;  // -1: for ever
};
// An unban on request; expired bans stay. Without ids: every ban of the jail.
struct DeleteBans {
  std::string jail;
  std::optional<std::vector<std::string>> ids;
};

// Old bans, bad ids that have been quiet for long, stopped jails without anything left.
struct Purge {
  base::UnixTime now = 0;
};

using Change = std::variant<EnableJail, DisableJail, AddLog, UpdateLog, AddBan, DeleteBans, Purge>;

}  // namespace gaoler::store
