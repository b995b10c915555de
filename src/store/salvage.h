// Salvage: setting a damaged database file aside and saving what can still be read of it.
//
// Nothing of the old file is lost: it stays beside the new one under its backup name. One thread;
// blocks for as long as reading takes.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite_db.h"

namespace gaoler::store {

// FILE.YYYYmmdd-HHMMSS in UTC; with "-2", "-3", ... behind it if there is such a file already.
base::Result<std::string> backup_name(const std::string& file, base::UnixTime now);

// A consistent copy of the database as it is now.
base::Result<void> copy_database(SqliteDb& db, const std::string& to);

// Moves the file, with the journals that belong to it, to its backup name, which it returns.
base::Result<std::string> set_aside(const std::string& file, base::UnixTime now);

// Copies every row that can be read from `damaged` into the tables of `db`, and returns how many.
// Whatever cannot be read is left out; an error is only trouble with `db`.
base::Result<size_t> salvage_rows(const std::string& damaged, SqliteDb& db);

}  // namespace gaoler::store
