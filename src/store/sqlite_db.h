// SqliteDb: one connection to a sqlite file, with statements kept prepared.
//
// A thin owner of the C handle: it knows SQL texts, not their meaning. One thread. Every failure
// comes back with sqlite's words; code() tells its number until the next failure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace gaoler::store {

struct SqlBlob {
  std::string bytes;
};
using SqlValue = std::variant<std::monostate, int64_t, double, std::string, SqlBlob>;

// The current row; lent for the call. Columns count from 0; NULL reads as "" and 0.
class SqlRow {
 public:
  explicit SqlRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const;
  std::string text(int column) const;  // bytes of a text or a blob
  int64_t whole(int column) const;
  double number(int column) const;
  SqlValue value(int column) const;  // as it is stored
  int columns() const;

 private:
  sqlite3_stmt* statement_;
};

class SqliteDb {
 public:
  enum class Mode { read_only, read_write, create };

  static base::Result<SqliteDb> open(const std::string& file, Mode mode, int busy_milliseconds);

  // How long a statement waits for somebody else's lock.
  void set_patience(int milliseconds);

  // One or several statements without values.
  base::Result<void> script(const std::string& sql);
  // Returns how many rows it changed.
  base::Result<int64_t> change(std::string_view sql, const std::vector<SqlValue>& values = {});
  // Rows until `row` returns false. Rows seen before a failure have been seen.
  using OnRow = std::function<bool(const SqlRow& row)>;
  base::Result<void> rows(std::string_view sql, const std::vector<SqlValue>& values,
                          const OnRow& row);
  // The first column of the first row, as text; "" without one.
  base::Result<std::string> text(std::string_view sql, const std::vector<SqlValue>& values = {});

  int code() const { return code_; }  // sqlite's primary code of the last failure
  bool in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  SqliteDb() = default;
  base::Error failed(std::string_view what, int code);
  base::Result<sqlite3_stmt*> prepared(std::string_view sql, const std::vector<SqlValue>& values);

  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, Statement, std::less<>> statements_;  // goes before the handle
  int code_ = 0;
};

}  // namespace gaoler::store
