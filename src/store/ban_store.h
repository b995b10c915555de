// BanStore: what is kept over restarts - bans, histories of bad ids, positions in logs.
//
// The abstract edge between the server and sqlite. Synchronous, and used by one thread only (the
// server runs it on a thread of its own). Times are given in. Nothing here retries: see
// change_queue.h for writing that survives a full disk or a locked file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "jail/ticket.h"
#include "store/change.h"

namespace gaoler::store {

// What became of a batch.
struct Written {
  enum class State {
    done,     // durable
    later,    // nothing was written; it may work later (disk full, locked, read-only, damaged)
    refused,  // nothing was written, and this batch never will be (a value sqlite cannot hold)
  };
  State state = State::done;
  std::string message;  // what failed and what to do about it

  bool ok() const { return state == State::done; }
};

struct Settings {
  base::Seconds purge_age = 24 * 60 * 60;
  size_t max_matches = 10;  // lines kept per ban
};

// Which bans to restore when a jail starts.
struct RestoreRules {
  base::UnixTime now = 0;
  // bantime.increment off: only bans younger than the jail's ban time. -1, or nothing: all.
  std::optional<base::Seconds> younger_than{};
  base::Seconds longest = -1;         // cut longer ban times to it; -1: no limit
  base::Seconds jail_ban_time = 600;  // for bans whose time is not known (schema before 3)
  size_t max_matches = 10;
  // One page of them: behind this id, and no more than so many; 0: all.
  std::string after{};
  size_t most = 0;
};

class BanStore {
 public:
  virtual ~BanStore() = default;
  virtual const std::string& filename() const = 0;  // as given

  // All of the batch or nothing, in order.
  virtual Written write(const std::vector<Change>& batch) = 0;

  // Where reading of a log ended; nothing if it is unknown or its first line has changed.
  virtual base::Result<std::optional<double>> log_position(const std::string& jail,
                                                           const LogPosition& log) = 0;
  // In order of id; without those that end before rules.now. ticket.restored is set.
  virtual base::Result<std::vector<jail::Ticket>> current_bans(const std::string& jail,
                                                               const RestoreRules& rules) = 0;
  // Bans of an id before this one, in one jail or summed over all.
  virtual base::Result<std::optional<jail::BanHistory>> history(
      const std::string& id, const std::optional<std::string>& jail) = 0;
  // All bans of an id (in one jail or all) in one ticket: lines of the newest ones up to
  // max_matches, attempts summed; for <ipmatches>, <ipjailfailures>, ...
  virtual base::Result<std::optional<jail::Ticket>> merged_bans(
      const std::string& id, const std::optional<std::string>& jail) = 0;

  virtual const Settings& settings() const = 0;
  virtual void set_purge_age(base::Seconds age) = 0;
  virtual void set_max_matches(size_t lines) = 0;
};

}  // namespace gaoler::store
