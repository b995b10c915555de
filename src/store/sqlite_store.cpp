#include "store/sqlite_store.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/text.h"
#include "store/late_store.h"
#include "store/salvage.h"
#include "store/schema.h"
#include "store/sqlite_db.h"
#include "store/sqlite_trouble.h"
#include "store/sqlite_write.h"
#include "store/ticket_data.h"

namespace gaoler::store {
namespace {

constexpr std::string_view kLogger = "fail2ban.database";
constexpr std::string_view kMemory = ":memory:";
constexpr off_t kMaxCheckedBytes = 64 * 1024 * 1024;  // larger files are not read whole at start

std::string real_path(const std::string& file) {
  char buffer[PATH_MAX];
  return realpath(file.c_str(), buffer) != nullptr ? buffer : file;
}

int milliseconds(base::Seconds seconds) {
  return static_cast<int>(seconds * 1000);
}

class SqliteStore final : public BanStore {
 public:
  SqliteStore(std::string filename, std::string path, SqliteDb db, base::LogSink& log)
      : filename_(std::move(filename)), path_(std::move(path)), db_(std::move(db)), log_(log) {}

  ~SqliteStore() override {
    // Leaves one plain file; if somebody else has it open the write-ahead log stays, which is fine.
    (void)db_.script("PRAGMA wal_checkpoint(TRUNCATE)");
    (void)db_.script("PRAGMA journal_mode = DELETE");
    log_.write(base::LogLevel::info, kLogger, "Connection to database closed.");
  }
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  const std::string& filename() const override { return filename_; }
  const Settings& settings() const override { return settings_; }
  void set_purge_age(base::Seconds age) override { settings_.purge_age = age; }
  void set_max_matches(size_t lines) override { settings_.max_matches = lines; }

  Written write(const std::vector<Change>& batch) override {
    if (const auto begun = db_.script("BEGIN IMMEDIATE"); !begun) return not_written(begun.error());
    for (const Change& change : batch) {
      const auto done = write_change(db_, change, settings_);
      if (!done) return undone(done.error());
    }
    if (const auto done = db_.script("COMMIT"); !done) return undone(done.error());
    return {};
  }

  base::Result<std::optional<double>> log_position(const std::string& jail,
                                                   const LogPosition& log) override {
    std::optional<double> position;
    const auto done =
        db_.rows("SELECT firstlinemd5, lastfilepos FROM logs WHERE jail = ? AND path = ?",
                 {jail, log.path}, [&](const SqlRow& row) {
                   const auto& hash = log.first_line_hash;
                   const bool same = !hash || (!row.is_null(0) && row.text(0) == *hash);
                   if (same && !row.is_null(1)) position = row.number(1);
                   return false;
                 });
    if (!done) return unread(done.error());
    return position;
  }

  base::Result<std::vector<jail::Ticket>> current_bans(const std::string& jail,
                                                       const RestoreRules& rules) override {
    std::string sql =
        "SELECT ip, timeofban, bantime, bancount, data FROM bips"
        " WHERE jail = ? AND ip > ? AND (timeofban + bantime > ? OR bantime <= -1)";
    std::vector<SqlValue> values{jail, rules.after, rules.now};
    if (rules.younger_than && *rules.younger_than != base::kForever) {
      sql += " AND +timeofban > ?";  // not by its index: pages come in order of id
      values.emplace_back(rules.now - *rules.younger_than);
    }
    std::vector<jail::Ticket> tickets;
    const auto done = db_.rows(sql + " ORDER BY ip", values, [&](const SqlRow& row) {
      if (auto ticket = restored_ticket(row, rules)) tickets.push_back(std::move(*ticket));
      return rules.most == 0 || tickets.size() < rules.most;
    });
    if (!done) return unread(done.error());
    return tickets;
  }

  base::Result<std::optional<jail::BanHistory>> history(
      const std::string& id, const std::optional<std::string>& jail) override {
    std::optional<jail::BanHistory> history;
    const auto read = [&](const SqlRow& row) {
      const auto bans = std::clamp<int64_t>(row.whole(0), 0, INT_MAX);
      history = {static_cast<int>(bans), row.number(1), row.number(2)};
      return false;
    };
    const auto done =
        jail ? db_.rows("SELECT bancount, timeofban, bantime FROM bips WHERE ip = ? AND jail = ?",
                        {id, *jail}, read)
             : db_.rows(
                   "SELECT sum(bancount), max(timeofban), sum(bantime) FROM bips"
                   " WHERE ip = ? GROUP BY ip",
                   {id}, read);
    if (!done) return unread(done.error());
    return history;
  }

  base::Result<std::optional<jail::Ticket>> merged_bans(
      const std::string& id, const std::optional<std::string>& jail) override {
    std::string sql = "SELECT timeofban, data FROM bans WHERE ip = ?";
    std::vector<SqlValue> values{id};
    if (jail) {
      sql += " AND jail = ?";
      values.emplace_back(*jail);
    }
    std::optional<jail::Ticket> merged;
    const auto done = db_.rows(sql + " ORDER BY timeofban DESC", values, [&](const SqlRow& row) {
      jail::Ticket ban = jail::manual_ticket(id, row.number(0));
      read_ticket_data(row.text(1), ban, 1);
      merged = merged ? merge(std::move(*merged), std::move(ban)) : newest(std::move(ban));
      return true;
    });
    if (!done) return unread(done.error());
    return merged;
  }

 private:
  static void keep_newest(std::vector<filter::MatchedLine>& lines, size_t count) {
    if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<long>(count));
  }

  jail::Ticket newest(jail::Ticket ban) const {
    keep_newest(ban.lines, settings_.max_matches);
    return ban;
  }

  // Bans come newest first: older lines go in front while there is room, older groups win.
  jail::Ticket merge(jail::Ticket merged, jail::Ticket older) const {
    const size_t room =
        settings_.max_matches - std::min(settings_.max_matches, merged.lines.size());
    keep_newest(older.lines, room);
    merged.lines.insert(merged.lines.begin(), older.lines.begin(), older.lines.end());
    merged.attempts =
        static_cast<int>(std::min<int64_t>(int64_t{merged.attempts} + older.attempts, INT_MAX));
    merged.time = older.time;
    for (auto& [name, value] : older.groups) merged.groups.insert_or_assign(name, value);
    if (older.ip) merged.ip = older.ip;
    return merged;
  }

  std::optional<jail::Ticket> restored_ticket(const SqlRow& row, const RestoreRules& rules) const {
    jail::Ticket ticket = jail::manual_ticket(row.text(0), row.number(1));
    base::Seconds span = row.number(2);
    if (span == kUnknownBanTime) {
      span = rules.jail_ban_time;
    } else if (rules.longest > 0 && (span == base::kForever || span > rules.longest)) {
      span = rules.longest;
    }
    if (span != base::kForever && ticket.time + span <= rules.now) return std::nullopt;
    ticket.ban_time = span;
    ticket.ban_count = static_cast<int>(std::clamp<int64_t>(row.whole(3), 0, INT_MAX));
    ticket.restored = true;
    read_ticket_data(row.text(4), ticket);
    if (ticket.lines.size() > rules.max_matches) {
      keep_newest(ticket.lines, rules.max_matches);
      for (auto& line : ticket.lines) line = {"", "", line.text()};
    }
    return ticket;
  }

  base::Error unread(const base::Error& error) {
    return base::Error{"cannot read the database '" + filename_ +
                       "': " + with_advice(error.message, db_.code(), path_)};
  }

  Written not_written(const base::Error& error) {
    const int code = db_.code();
    return {is_refusal(code) ? Written::State::refused : Written::State::later,
            "cannot write the database '" + filename_ +
                "': " + with_advice(error.message, code, path_)};
  }

  Written undone(const base::Error& error) {
    const Written result = not_written(error);
    if (db_.in_transaction()) (void)db_.script("ROLLBACK");
    return result;
  }

  std::string filename_;
  std::string path_;
  SqliteDb db_;
  base::LogSink& log_;
  Settings settings_;
};

// Makes a usable database of what is found at a path.
class Opener {
 public:
  explicit Opener(const OpenOptions& options)
      : options_(options), memory_(options.file == kMemory), path_(real_path(options.file)) {}

  // code() says what was wrong.
  base::Result<std::unique_ptr<BanStore>> open() {
    if (options_.file.empty()) return base::Error{"the database file has no name"};
    auto db = usable();
    if (!db && (damaged_ || is_damage(code_))) db = repaired(db.error());
    if (!db) {
      return base::Error{"cannot open the database '" + options_.file +
                         "': " + with_advice(db.error().message, code_, path_)};
    }
    say(base::LogLevel::info, "Connected to fail2ban persistent database '" + options_.file + "'");
    for (const std::string& news : news_) say(base::LogLevel::warning, news);
    db->set_patience(milliseconds(options_.patience));
    return std::unique_ptr<BanStore>(
        new SqliteStore(options_.file, path_, std::move(*db), *options_.log));
  }

  int code() const { return code_; }

 private:
  void say(base::LogLevel level, const std::string& text) {
    options_.log->write(level, kLogger, text);
  }

  base::Result<SqliteDb> usable() {
    code_ = 0;
    if (const auto made = make_private(); !made) return made.error();
    auto db = SqliteDb::open(memory_ ? options_.file : path_, SqliteDb::Mode::create,
                             milliseconds(options_.patience_to_open));
    if (!db) {
      code_ = SQLITE_CANTOPEN;
      return db;
    }
    auto done = prepare(*db);
    if (done) return db;
    code_ = db->code();
    return done.error();
  }

  // A new file belongs to us alone from its first moment; sqlite gives its journals the same mode.
  base::Result<void> make_private() {
    if (memory_) return {};
    const int fd = ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) {
      ::close(fd);
      path_ = real_path(path_);
      return {};
    }
    if (errno == EEXIST) return {};
    code_ = code_of_errno(errno);
    return base::Error{std::string("cannot create it: ") + strerror(errno)};
  }

  base::Result<void> prepare(SqliteDb& db) {
    const auto version = schema_version(db);
    if (!version) return version.error();
    if (*version > kSchemaVersion) {
      return base::Error{"its schema has version " + std::to_string(*version) +
                         ", this program knows versions up to " + std::to_string(kSchemaVersion) +
                         ": use the newer program that wrote it, or another dbfile"};
    }
    if (const auto sound = check(db); !sound) return sound;
    if (const auto set = set_up(db); !set) return set;
    if (*version > 0 && *version < kSchemaVersion) return upgrade(db, *version);
    if (const auto created = create_schema(db); !created) return created;
    if (*version == 0) news_.push_back("New database created. Version '4'");
    return {};
  }

  base::Result<void> check(SqliteDb& db) {
    struct stat status = {};
    if (memory_ || stat(path_.c_str(), &status) != 0 || status.st_size > kMaxCheckedBytes) {
      return {};
    }
    const auto verdict = db.text("PRAGMA quick_check(1)");
    if (!verdict) return verdict.error();
    if (*verdict == "ok") return {};
    damaged_ = true;
    return base::Error{"it is damaged: " + *verdict};
  }

  // A write-ahead log where the file system can have one, else a journal that is synced as well.
  static base::Result<void> set_up(SqliteDb& db) {
    if (const auto keys = db.script(
            "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -512");
        !keys) {
      return keys;
    }
    const auto mode = db.text("PRAGMA journal_mode = WAL");
    if (!mode) return mode.error();
    return db.script(*mode == "wal" ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
  }

  base::Result<void> upgrade(SqliteDb& db, int version) {
    if (!memory_) {
      const auto backup = backup_name(path_, options_.now);
      if (!backup) return backup.error();
      if (const auto copied = copy_database(db, *backup); !copied) return copied;
      say(base::LogLevel::info, "  Database backup created: " + *backup);
    }
    if (const auto done = upgrade_schema(db, version); !done) return done;
    news_.push_back("Database updated from '" + std::to_string(version) + "' to '4'");
    return {};
  }

  base::Result<SqliteDb> repaired(const base::Error& why) {
    say(base::LogLevel::error,
        "Error opening fail2ban persistent database '" + options_.file + "': " + why.message);
    say(base::LogLevel::info, "Trying to repair database " + options_.file);
    const auto backup = set_aside(path_, options_.now);
    if (!backup) return backup.error();
    say(base::LogLevel::info, "  Database backup created: " + *backup);
    damaged_ = false;
    auto db = usable();
    if (!db) return db;
    const auto saved = salvage_rows(*backup, *db);
    if (!saved) {
      say(base::LogLevel::error, "  Nothing could be saved of it: " + saved.error().message);
    } else {
      say(base::LogLevel::info, "  " + std::to_string(*saved) + " row(s) of it were saved.");
    }
    return db;
  }

  const OpenOptions& options_;
  bool memory_;
  std::string path_;
  int code_ = 0;
  bool damaged_ = false;
  std::vector<std::string> news_;
};

}  // namespace

bool is_disabled(std::string_view dbfile) {
  return base::equals_ignoring_case(dbfile, "none");
}

base::Result<std::unique_ptr<BanStore>> open_sqlite(const OpenOptions& options) {
  Opener opener(options);
  auto opened = opener.open();
  if (opened || !may_pass(opener.code())) return opened;
  OpenOptions again = options;
  again.patience_to_open = options.patience;
  return make_late_store(options.file, opened.error(), [again] { return Opener(again).open(); });
}

}  // namespace gaoler::store
