// A directory of its own for each test, a log that can be read, and short ways to make changes.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/log.h"
#include "store/sqlite_db.h"
#include "store/sqlite_store.h"

namespace gaoler::store {

class RecordingLog final : public base::LogSink {
 public:
  bool enabled(base::LogLevel) const override { return true; }
  void write(base::LogLevel level, std::string_view, std::string_view message) override {
    lines.push_back(std::string(base::log_level_name(level)) + " " + std::string(message));
  }
  std::vector<std::string> lines;
};

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    char name[] = "/tmp/gaoler-store-XXXXXX";
    directory = mkdtemp(name);
    file = directory + "/fail2ban.sqlite3";
  }
  ~StoreTest() override { std::filesystem::remove_all(directory); }

  base::Result<std::unique_ptr<BanStore>> try_open() {
    return open_sqlite({file, 1'000'000, &log, 0.05});
  }
  std::unique_ptr<BanStore> open() {
    auto store = try_open();
    EXPECT_TRUE(store.ok()) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // Each row as its columns joined by '|'.
  std::vector<std::string> query(const std::string& sql) const {
    std::vector<std::string> out;
    auto db = SqliteDb::open(file, SqliteDb::Mode::read_write, 1000);
    EXPECT_TRUE(db.ok());
    const auto done = db->rows(sql, {}, [&](const SqlRow& row) {
      std::string line;
      for (int i = 0; i < row.columns(); ++i) line += (i == 0 ? "" : "|") + row.text(i);
      out.push_back(line);
      return true;
    });
    EXPECT_TRUE(done.ok()) << (done ? "" : done.error().message);
    return out;
  }
  void script(const std::string& sql) const {
    auto db = SqliteDb::open(file, SqliteDb::Mode::create, 1000);
    ASSERT_TRUE(db.ok());
    const auto done = db->script(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  static AddBan ban(std::string jail, std::string id, base::UnixTime time,
                    base::Seconds ban_time = 600, int count = 1, std::string line = "") {
    AddBan change{std::move(jail), jail::manual_ticket(std::move(id), time), ban_time};
    change.ticket.ban_count = count;
    change.ticket.attempts = 3;
    if (!line.empty()) change.ticket.lines = {{"", "", std::move(line)}};
    return change;
  }

  std::string directory;
  std::string file;
  RecordingLog log;
};

}  // namespace gaoler::store
