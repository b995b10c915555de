// SqliteStore: the BanStore in fail2ban's own file, schema version 4.
//
// fail2ban can read what this writes and the other way round, also after kill -9 of either: a batch
// is one transaction in a write-ahead log with synchronous=NORMAL, so an answered write() survives
// the end of the process (of the machine: but for the last moments). At close the log is folded in
// and the file is a plain rollback-journal one again. One thread; the handle never leaves it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "store/ban_store.h"

namespace gaoler::store {

// dbfile "None" in any case: no database at all.
bool is_disabled(std::string_view dbfile);

struct OpenOptions {
  std::string file;  // a path or ":memory:"; made with mode 0600 if missing, not its directory
  base::UnixTime now = 0;        // names the backups
  base::LogSink* log = nullptr;  // lent; must outlive the store
  // How long somebody else's lock is waited for: at the start, when there are bans to be restored,
  // and then, when a ban waits for the answer.
  base::Seconds patience_to_open = 5;
  base::Seconds patience = 0.1;
};

// Opens; makes a new file, upgrades an older one (a copy is kept beside it), sets a damaged one
// aside and saves what can be read of it. One that cannot be opened now (locked, disk full or
// read-only) is opened by the first write that can: see late_store.h. Fails if the file cannot be
// used at all.
base::Result<std::unique_ptr<BanStore>> open_sqlite(const OpenOptions& options);

}  // namespace gaoler::store
