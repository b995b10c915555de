#include "store/salvage.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/text.h"
#include "store/first_page.h"
#include "store/schema.h"

namespace gaoler::store {
namespace {

constexpr int kMaxBackupsPerSecond = 100;
constexpr int kBusyMilliseconds = 1000;

std::string stamp(base::UnixTime now) {
  const auto seconds = static_cast<time_t>(now);
  tm parts{};
  gmtime_r(&seconds, &parts);
  char buffer[32];
  const size_t length = strftime(buffer, sizeof buffer, "%Y%m%d-%H%M%S", &parts);
  return std::string(buffer, length);
}

bool exists(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0;
}

// Which of our columns the old table has: older schemas and damaged ones know fewer.
std::vector<std::string> known_columns(SqliteDb& from, const TableInfo& table) {
  std::vector<std::string> columns;
  (void)from.rows("SELECT name FROM pragma_table_info(?)", {std::string(table.name)},
                  [&](const SqlRow& row) {
                    const std::string name = row.text(0);
                    const auto& ours = table.columns;
                    const bool known = std::find(ours.begin(), ours.end(), name) != ours.end();
                    if (known) columns.push_back(name);
                    return true;
                  });
  return columns;
}

class TableCopy {
 public:
  TableCopy(SqliteDb& from, SqliteDb& to, const TableInfo& table)
      : from_(from), to_(to), table_(table), columns_(known_columns(from, table)) {}

  base::Result<size_t> run() {
    if (columns_.empty()) return size_t{0};
    const std::string select =
        "SELECT rowid, " + base::join(columns_, ", ") + " FROM " + std::string(table_.name);
    // From the start until the damage, then from the end back to it.
    (void)pass(select + " WHERE rowid > ? ORDER BY rowid", first_unseen_);
    if (!trouble_ && !complete_) (void)pass(select + " WHERE rowid > ? ORDER BY rowid DESC", last_);
    if (trouble_) return *trouble_;
    return copied_;
  }

 private:
  base::Result<void> pass(const std::string& select, int64_t after) {
    const auto done = from_.rows(select, {after}, [this](const SqlRow& row) {
      last_ = std::max(last_, row.whole(0));
      insert(row);
      return !trouble_;
    });
    complete_ = done.ok();
    return done;
  }

  void insert(const SqlRow& row) {
    const bool without_time = table_.name == "bans" && std::find(columns_.begin(), columns_.end(),
                                                                 "bantime") == columns_.end();
    std::vector<SqlValue> values;
    for (int i = 1; i < row.columns(); ++i) values.push_back(row.value(i));
    std::vector<std::string> names = columns_;
    if (without_time) {
      names.push_back("bantime");
      values.push_back(int64_t{kUnknownBanTime});
    }
    std::string marks = "?";
    for (size_t i = 1; i < names.size(); ++i) marks += ", ?";
    const auto done = to_.change("INSERT OR IGNORE INTO " + std::string(table_.name) + "(" +
                                     base::join(names, ", ") + ") VALUES(" + marks + ")",
                                 values);
    if (done) copied_ += static_cast<size_t>(*done);
    // A row that does not fit (its jail was not readable) is left out; a full disk ends it.
    constexpr int kConstraint = 19;
    if (!done && to_.code() != kConstraint) trouble_ = done.error();
  }

  SqliteDb& from_;
  SqliteDb& to_;
  const TableInfo& table_;
  std::vector<std::string> columns_;
  int64_t first_unseen_ = -1;
  int64_t last_ = -1;
  size_t copied_ = 0;
  bool complete_ = false;
  std::optional<base::Error> trouble_;
};

// Bans of jails whose own row was not readable are worth more than that row.
base::Result<void> restore_jails(SqliteDb& from, SqliteDb& to) {
  for (const char* table : {"bans", "bips"}) {
    std::vector<std::string> names;
    (void)from.rows("SELECT jail FROM " + std::string(table), {}, [&](const SqlRow& row) {
      if (names.empty() || names.back() != row.text(0)) names.push_back(row.text(0));
      return true;
    });
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string& name : names) {
      const auto done =
          to.change("INSERT OR IGNORE INTO jails(name, enabled) VALUES(?, 0)", {name});
      if (!done) return done.error();
    }
  }
  return {};
}

base::Result<size_t> copy_tables(SqliteDb& from, SqliteDb& to) {
  size_t copied = 0;
  for (const TableInfo& table : schema_tables()) {
    const auto rows = TableCopy(from, to, table).run();
    if (!rows) return rows.error();
    copied += *rows;
    if (table.name != "jails") continue;
    if (const auto jails = restore_jails(from, to); !jails) return jails.error();
  }
  if (const auto filled = fill_bips(to); !filled) return filled.error();
  return copied;
}

bool knows_its_tables(SqliteDb& from) {
  const auto count = from.text("SELECT count(*) FROM sqlite_master WHERE type = 'table'");
  return count && *count != "0";
}

base::Result<size_t> copy_at_once(SqliteDb& from, SqliteDb& db) {
  // Makes sqlite read on in a file that is shorter than its header says.
  (void)from.script("PRAGMA writable_schema = ON");
  if (const auto begun = db.script("BEGIN IMMEDIATE"); !begun) return begun.error();
  auto copied = copy_tables(from, db);
  if (copied) {
    const auto done = db.script("COMMIT");
    if (!done) copied = done.error();
  }
  if (!copied && db.in_transaction()) (void)db.script("ROLLBACK");
  return copied;
}

// Without its first page no table is found, though the rows of all are there.
base::Result<size_t> salvage_without_first_page(const std::string& damaged, SqliteDb& db) {
  const auto copy = copy_with_first_page(damaged);
  if (!copy) return copy.error();
  base::Result<size_t> copied = size_t{0};
  if (auto from = SqliteDb::open(*copy, SqliteDb::Mode::read_write, kBusyMilliseconds)) {
    copied = copy_at_once(*from, db);
  }
  remove_copy(*copy);
  return copied;
}

}  // namespace

base::Result<std::string> backup_name(const std::string& file, base::UnixTime now) {
  const std::string name = file + "." + stamp(now);
  if (!exists(name)) return name;
  for (int i = 2; i <= kMaxBackupsPerSecond; ++i) {
    const std::string other = name + "-" + std::to_string(i);
    if (!exists(other)) return other;
  }
  return base::Error{"too many backups named '" + name + "': remove those no longer needed"};
}

base::Result<void> copy_database(SqliteDb& db, const std::string& to) {
  // Ours and empty before sqlite writes into it, so that nobody else can read it.
  const int fd = ::open(to.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return base::Error{"cannot create '" + to + "': " + strerror(errno)};
  ::close(fd);
  const auto copied = db.change("VACUUM INTO ?", {to});
  if (copied) return {};
  ::unlink(to.c_str());
  return base::Error{"cannot copy the database to '" + to + "': " + copied.error().message};
}

base::Result<std::string> set_aside(const std::string& file, base::UnixTime now) {
  auto to = backup_name(file, now);
  if (!to) return to;
  if (std::rename(file.c_str(), to->c_str()) != 0) {
    return base::Error{"cannot move '" + file + "' to '" + *to + "': " + strerror(errno)};
  }
  // A journal left behind would be applied to the new file.
  for (const char* suffix : {"-wal", "-journal", "-shm"}) {
    if (!exists(file + suffix)) continue;
    if (std::rename((file + suffix).c_str(), (*to + suffix).c_str()) != 0) {
      ::unlink((file + suffix).c_str());
    }
  }
  return to;
}

base::Result<size_t> salvage_rows(const std::string& damaged, SqliteDb& db) {
  auto from = SqliteDb::open(damaged, SqliteDb::Mode::read_only, kBusyMilliseconds);
  if (!from) return size_t{0};
  if (!knows_its_tables(*from)) return salvage_without_first_page(damaged, db);
  return copy_at_once(*from, db);
}

}  // namespace gaoler::store
