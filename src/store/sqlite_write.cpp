#include "store/sqlite_write.h"

#include <cmath>

#include "store/ticket_data.h"

namespace gaoler::store {
namespace {

// Bad ids are kept this many ban times after their last ban.
constexpr double kQuietBanTimes = 3;

// Whole numbers as INTEGER, others as they are: fail2ban's rows look the same.
SqlValue number(double value) {
  if (std::abs(value) < 9e15 && value == std::trunc(value)) return static_cast<int64_t>(value);
  return value;
}

SqlValue optional_text(const std::optional<std::string>& text) {
  return text ? SqlValue(*text) : SqlValue();
}

class Writer {
 public:
  Writer(SqliteDb& db, const Settings& settings) : db_(db), settings_(settings) {}

  base::Result<void> operator()(const EnableJail& change) {
    if (const auto done = know(change.jail); !done) return done;
    return run("UPDATE jails SET enabled = 1 WHERE name = ? AND enabled != 1", {change.jail});
  }

  base::Result<void> operator()(const DisableJail& change) {
    if (change.jail) return run("UPDATE jails SET enabled = 0 WHERE name = ?", {*change.jail});
    return run("UPDATE jails SET enabled = 0");
  }

  base::Result<void> operator()(const AddLog& change) {
    const LogPosition& log = change.log;
    if (!log.first_line_hash && log.position == 0) return {};
    if (const auto done = know(change.jail); !done) return done;
    return run(
        "INSERT OR REPLACE INTO logs(jail, path, firstlinemd5, lastfilepos)"
        " SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT * FROM logs"
        " WHERE jail = ?1 AND path = ?2 AND firstlinemd5 IS NOT NULL)",
        {change.jail, log.path, optional_text(log.first_line_hash), number(log.position)});
  }

  base::Result<void> operator()(const UpdateLog& change) {
    const LogPosition& log = change.log;
    if (const auto done = know(change.jail); !done) return done;
    return run(
        "INSERT OR REPLACE INTO logs(jail, path, firstlinemd5, lastfilepos) VALUES(?, ?, ?, ?)",
        {change.jail, log.path, optional_text(log.first_line_hash), number(log.position)});
  }

  base::Result<void> operator()(const AddBan& change) {
    if (const auto done = know(change.jail); !done) return done;
    const std::vector<SqlValue> row{
        change.jail,
        change.ticket.id,
        number(std::nearbyint(change.ticket.time)),
        number(change.ban_time),
        int64_t{change.ticket.ban_count},
        SqlBlob{write_ticket_data(change.ticket, settings_.max_matches)}};
    const auto ban = run(
        "INSERT INTO bans(jail, ip, timeofban, bantime, bancount, data) VALUES(?, ?, ?, ?, ?, ?)",
        row);
    if (!ban) return ban;
    return run(
        "INSERT OR REPLACE INTO bips(jail, ip, timeofban, bantime, bancount, data)"
        " VALUES(?, ?, ?, ?, ?, ?)",
        row);
  }

  base::Result<void> operator()(const DeleteBans& change) {
    if (!change.ids) {
      if (const auto done = run("DELETE FROM bips WHERE jail = ?", {change.jail}); !done)
        return done;
      return run("DELETE FROM bans WHERE jail = ?", {change.jail});
    }
    for (const std::string& id : *change.ids) {
      const auto done = run("DELETE FROM bips WHERE jail = ? AND ip = ?", {change.jail, id});
      if (!done) return done;
      const auto both = run("DELETE FROM bans WHERE jail = ? AND ip = ?", {change.jail, id});
      if (!both) return both;
    }
    return {};
  }

  base::Result<void> operator()(const Purge& change) {
    const double oldest = change.now - settings_.purge_age;
    if (const auto done = run("DELETE FROM bans WHERE timeofban < ?", {number(oldest)}); !done) {
      return done;
    }
    const auto quiet = run(
        "DELETE FROM bips WHERE timeofban < ?1 AND bantime != -1 AND timeofban + bantime * ?2 < ?1",
        {number(std::trunc(change.now) - settings_.purge_age), number(kQuietBanTimes)});
    if (!quiet) return quiet;
    return run(
        "DELETE FROM jails WHERE enabled = 0"
        " AND NOT EXISTS (SELECT * FROM bans WHERE jail = jails.name)"
        " AND NOT EXISTS (SELECT * FROM bips WHERE jail = jails.name)");
  }

 private:
  base::Result<void> run(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    const auto done = db_.change(sql, values);
    if (!done) return done.error();
    return {};
  }

  // Rows of a jail need the jail's row; a purge may have taken it since the jail was enabled.
  base::Result<void> know(const std::string& jail) {
    return run("INSERT OR IGNORE INTO jails(name, enabled) VALUES(?, 1)", {jail});
  }

  SqliteDb& db_;
  const Settings& settings_;
};

}  // namespace

base::Result<void> write_change(SqliteDb& db, const Change& change, const Settings& settings) {
  return std::visit(Writer(db, settings), change);
}

}  // namespace gaoler::store
