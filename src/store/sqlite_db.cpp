#include "store/sqlite_db.h"

#include <sqlite3.h>

namespace gaoler::store {
namespace {

constexpr size_t kMaxStatements = 64;

int open_flags(SqliteDb::Mode mode) {
  switch (mode) {
    case SqliteDb::Mode::read_only:
      return SQLITE_OPEN_READONLY;
    case SqliteDb::Mode::read_write:
      return SQLITE_OPEN_READWRITE;
    case SqliteDb::Mode::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8);
  }
  int operator()(const SqlBlob& blob) const {
    return sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(),
                               SQLITE_TRANSIENT);
  }
};

}  // namespace

bool SqlRow::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string SqlRow::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? "" : std::string(static_cast<const char*>(bytes), size);
}

int64_t SqlRow::whole(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double SqlRow::number(int column) const {
  return sqlite3_column_double(statement_, column);
}
int SqlRow::columns() const {
  return sqlite3_column_count(statement_);
}

SqlValue SqlRow::value(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return whole(column);
    case SQLITE_FLOAT:
      return number(column);
    case SQLITE_TEXT:
      return text(column);
    case SQLITE_BLOB:
      return SqlBlob{text(column)};
    default:
      return std::monostate{};
  }
}

void SqliteDb::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
void SqliteDb::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

base::Result<SqliteDb> SqliteDb::open(const std::string& file, Mode mode, int busy_milliseconds) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, open_flags(mode), nullptr);
  SqliteDb db;
  db.handle_.reset(handle);
  if (code != SQLITE_OK) return db.failed("cannot open", code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_milliseconds);
  return db;
}

void SqliteDb::set_patience(int milliseconds) {
  sqlite3_busy_timeout(handle_.get(), milliseconds);
}

base::Result<void> SqliteDb::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed("", code);
  return {};
}

base::Result<int64_t> SqliteDb::change(std::string_view sql, const std::vector<SqlValue>& values) {
  const auto done = rows(sql, values, [](const SqlRow&) { return true; });
  if (!done) return done.error();
  return sqlite3_changes64(handle_.get());
}

base::Result<void> SqliteDb::rows(std::string_view sql, const std::vector<SqlValue>& values,
                                  const OnRow& row) {
  const auto statement = prepared(sql, values);
  if (!statement) return statement.error();
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(*statement)) == SQLITE_ROW) {
    if (!row(SqlRow(*statement))) break;
  }
  base::Result<void> result;
  if (code != SQLITE_ROW && code != SQLITE_DONE) result = failed("", code);
  sqlite3_reset(*statement);
  sqlite3_clear_bindings(*statement);
  return result;
}

base::Result<std::string> SqliteDb::text(std::string_view sql,
                                         const std::vector<SqlValue>& values) {
  std::string text;
  const auto done = rows(sql, values, [&](const SqlRow& row) {
    text = row.text(0);
    return false;
  });
  if (!done) return done.error();
  return text;
}

bool SqliteDb::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

base::Error SqliteDb::failed(std::string_view what, int code) {
  code_ = code & 0xFF;
  std::string message(what);
  if (!message.empty()) message += ": ";
  message += handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  return base::Error{std::move(message)};
}

base::Result<sqlite3_stmt*> SqliteDb::prepared(std::string_view sql,
                                               const std::vector<SqlValue>& values) {
  auto known = statements_.find(sql);
  if (known == statements_.end()) {
    if (statements_.size() >= kMaxStatements) statements_.clear();
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        &statement, nullptr);
    if (code != SQLITE_OK) return failed("", code);
    known = statements_.emplace(std::string(sql), Statement(statement)).first;
  }
  sqlite3_stmt* statement = known->second.get();
  for (size_t i = 0; i < values.size(); ++i) {
    const int code = std::visit(Binder{statement, static_cast<int>(i) + 1}, values[i]);
    if (code != SQLITE_OK) return failed("", code);
  }
  return statement;
}

}  // namespace gaoler::store
