// SqliteWrite: what each Change means in SQL. Inside the caller's transaction.
#pragma once

#include "base/result.h"
#include "store/ban_store.h"
#include "store/change.h"
#include "store/sqlite_db.h"

namespace gaoler::store {

base::Result<void> write_change(SqliteDb& db, const Change& change, const Settings& settings);

}  // namespace gaoler::store
