#include "store/schema.h"

namespace gaoler::store {
namespace {

constexpr const char* kVersionTable =
    "CREATE TABLE IF NOT EXISTS fail2banDb(version INTEGER);"
    "INSERT INTO fail2banDb(version) SELECT 4 WHERE NOT EXISTS (SELECT * FROM fail2banDb);";

constexpr const char* kJails =
    "CREATE TABLE IF NOT EXISTS jails("
    " name TEXT NOT NULL UNIQUE,"
    " enabled INTEGER NOT NULL DEFAULT 1);"
    "CREATE INDEX IF NOT EXISTS jails_name ON jails(name);";

constexpr const char* kLogs =
    "CREATE TABLE IF NOT EXISTS logs("
    " jail TEXT NOT NULL,"
    " path TEXT,"
    " firstlinemd5 TEXT,"
    " lastfilepos INTEGER DEFAULT 0,"
    " FOREIGN KEY(jail) REFERENCES jails(name) ON DELETE CASCADE,"
    " UNIQUE(jail, path),"
    " UNIQUE(jail, path, firstlinemd5));"
    "CREATE INDEX IF NOT EXISTS logs_path ON logs(path);"
    "CREATE INDEX IF NOT EXISTS logs_jail_path ON logs(jail, path);";

// The type JSON is what makes fail2ban's reader decode the column.
constexpr const char* kBans =
    "CREATE TABLE IF NOT EXISTS bans("
    " jail TEXT NOT NULL,"
    " ip TEXT,"
    " timeofban INTEGER NOT NULL,"
    " bantime INTEGER NOT NULL,"
    " bancount INTEGER NOT NULL default 1,"
    " data JSON,"
    " FOREIGN KEY(jail) REFERENCES jails(name));"
    "CREATE INDEX IF NOT EXISTS bans_jail_timeofban_ip ON bans(jail, timeofban);"
    "CREATE INDEX IF NOT EXISTS bans_jail_ip ON bans(jail, ip);"
    "CREATE INDEX IF NOT EXISTS bans_ip ON bans(ip);";

constexpr const char* kBips =
    "CREATE TABLE IF NOT EXISTS bips("
    " ip TEXT NOT NULL,"
    " jail TEXT NOT NULL,"
    " timeofban INTEGER NOT NULL,"
    " bantime INTEGER NOT NULL,"
    " bancount INTEGER NOT NULL default 1,"
    " data JSON,"
    " PRIMARY KEY(ip, jail),"
    " FOREIGN KEY(jail) REFERENCES jails(name));"
    "CREATE INDEX IF NOT EXISTS bips_timeofban ON bips(timeofban);"
    "CREATE INDEX IF NOT EXISTS bips_ip ON bips(ip);";

base::Result<bool> has_table(SqliteDb& db, const std::string& name) {
  const auto count =
      db.text("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", {name});
  if (!count) return count.error();
  return *count != "0";
}

// Version 2 let two jails watch one file; version 1 kept one position per file.
base::Result<void> rebuild_logs(SqliteDb& db) {
  return db.script(
      "CREATE TEMP TABLE kept AS SELECT jail, path, firstlinemd5, lastfilepos FROM logs;"
      "DROP TABLE logs;" +
      std::string(kLogs) + "INSERT OR REPLACE INTO logs SELECT * FROM kept; DROP TABLE kept;");
}

// Version 3 learned how long a ban was.
base::Result<void> rebuild_bans(SqliteDb& db) {
  return db.script(
      "CREATE TEMP TABLE kept AS SELECT jail, ip, timeofban, -2, 1, data FROM bans;"
      "DROP TABLE bans;" +
      std::string(kBans) + "INSERT INTO bans SELECT * FROM kept; DROP TABLE kept;");
}

using Rebuild = base::Result<void> (*)(SqliteDb&);

base::Result<void> rebuild_if_there(SqliteDb& db, const char* table, Rebuild rebuild) {
  const auto there = has_table(db, table);
  if (!there) return there.error();
  return *there ? rebuild(db) : base::Result<void>();
}

base::Result<void> upgrade_steps(SqliteDb& db, int version) {
  if (version < 2) {
    if (const auto done = rebuild_if_there(db, "logs", rebuild_logs); !done) return done;
  }
  if (version < 3) {
    if (const auto done = rebuild_if_there(db, "bans", rebuild_bans); !done) return done;
  }
  if (const auto done = create_schema(db); !done) return done;
  if (const auto done = fill_bips(db); !done) return done;
  return db.script("UPDATE fail2banDb SET version = 4");
}

}  // namespace

const std::vector<TableInfo>& schema_tables() {
  static const std::vector<TableInfo> tables{
      {"jails", {"name", "enabled"}},
      {"logs", {"jail", "path", "firstlinemd5", "lastfilepos"}},
      {"bans", {"jail", "ip", "timeofban", "bantime", "bancount", "data"}},
      {"bips", {"ip", "jail", "timeofban", "bantime", "bancount", "data"}},
  };
  return tables;
}

base::Result<int> schema_version(SqliteDb& db) {
  const auto there = has_table(db, "fail2banDb");
  if (!there) return there.error();
  if (!*there) return 0;
  int version = 0;
  const auto read = db.rows("SELECT version FROM fail2banDb LIMIT 1", {}, [&](const SqlRow& row) {
    version = static_cast<int>(row.whole(0));
    return false;
  });
  if (!read) return read.error();
  return version;
}

base::Result<void> create_schema(SqliteDb& db) {
  return db.script(std::string(kVersionTable) + kJails + kLogs + kBans + kBips);
}

base::Result<void> upgrade_schema(SqliteDb& db, int version) {
  // Dropping a table that others refer to must not look at them.
  if (const auto off = db.script("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE"); !off) return off;
  auto done = upgrade_steps(db, version);
  if (done) done = db.script("COMMIT");
  if (!done && db.in_transaction()) (void)db.script("ROLLBACK");
  (void)db.script("PRAGMA foreign_keys = ON");
  return done;
}

base::Result<void> fill_bips(SqliteDb& db) {
  return db.script(
      "INSERT OR IGNORE INTO bips(ip, jail, timeofban, bantime, bancount, data)"
      " SELECT ip, jail, timeofban, bantime, bancount, data FROM bans"
      " WHERE ip IS NOT NULL ORDER BY timeofban DESC, rowid DESC");
}

}  // namespace gaoler::store
