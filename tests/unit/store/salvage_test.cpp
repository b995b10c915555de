#include "store/salvage.h"

#include <fstream>

#include "store_fixture.h"

namespace gaoler::store {
namespace {

using Lines = std::vector<std::string>;
using Salvage = StoreTest;

constexpr const char* kBackup = "fail2ban.sqlite3.19700112-134640";

TEST_F(Salvage, AFileThatIsNoDatabaseIsSetAside) {
  std::ofstream(file) << std::string(10000, 'x');
  auto store = open();
  EXPECT_EQ(files()[0], "fail2ban.sqlite3");
  EXPECT_EQ(std::filesystem::file_size(directory + "/" + kBackup), 10000u);
  EXPECT_EQ(log.lines, (Lines{"ERROR Error opening fail2ban persistent database '" + file +
                                  "': file is not a database",
                              "INFO Trying to repair database " + file,
                              "INFO   Database backup created: " + directory + "/" + kBackup,
                              "INFO   0 row(s) of it were saved.",
                              "INFO Connected to fail2ban persistent database '" + file + "'",
                              "WARNING New database created. Version '4'"}));
  EXPECT_TRUE(store->write({ban("j", "a", 1)}).ok());
}

TEST_F(Salvage, SavesTheRowsOnBothSidesOfTheDamage) {
  constexpr int kBans = 3000;
  {
    auto store = open();
    std::vector<Change> batch;
    for (int i = 0; i < kBans; ++i) {
      batch.push_back(ban("j", "id" + std::to_string(i), 1000 + i, 600, 1, std::string(200, 'x')));
    }
    ASSERT_TRUE(store->write(batch).ok());
  }
  // A leaf page in the middle of the table of bans is overwritten.
  const int page = std::stoi(query("SELECT pageno FROM dbstat WHERE name = 'bans' AND pagetype = "
                                   "'leaf' ORDER BY path LIMIT 1 OFFSET 30")
                                 .at(0));
  {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp((page - 1) * 4096);
    damage << std::string(4096, 'Z');
  }
  auto store = open();
  const int bans = std::stoi(query("SELECT count(*) FROM bans").at(0));
  EXPECT_LT(bans, kBans);
  EXPECT_GT(bans, kBans - 100);
  EXPECT_EQ(query("SELECT count(*) FROM bips"), Lines{std::to_string(kBans)});
  EXPECT_EQ(query("SELECT * FROM jails"), Lines{"j|1"});
  EXPECT_EQ(store->current_bans("j", {1500}).value().size(), 3000u);
  EXPECT_EQ(query("PRAGMA integrity_check"), Lines{"ok"});
}

TEST_F(Salvage, SavesAllRowsOfAFileWhoseFirstPageIsLost) {
  {
    auto store = open();
    std::vector<Change> batch;
    for (int i = 0; i < 2000; ++i) batch.push_back(ban("j", "id" + std::to_string(i), 1000));
    ASSERT_TRUE(store->write(batch).ok());
  }
  {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage << std::string(4096, 'Z');
  }
  auto store = open();
  EXPECT_EQ(store->current_bans("j", {1001}).value().size(), 2000u);
  EXPECT_EQ(query("SELECT count(*) FROM bans"), Lines{"2000"});
  EXPECT_EQ(query("SELECT * FROM jails"), Lines{"j|1"});
  EXPECT_EQ(query("PRAGMA integrity_check"), Lines{"ok"});
  store.reset();
  EXPECT_EQ(files(), (Lines{"fail2ban.sqlite3", kBackup}));  // and no scratch files
}

TEST_F(Salvage, SavesWhatAKilledServerLeftInItsLogWithoutTheFirstPage) {
  const std::string kept = file + ".kept";
  {
    auto store = open();
    ASSERT_TRUE(store->write({ban("j", "a", 1000)}).ok());
    // As kill -9 leaves them.
    for (const char* suffix : {"", "-wal"}) std::filesystem::copy(file + suffix, kept + suffix);
  }
  for (const char* suffix : {"", "-wal"}) std::filesystem::rename(kept + suffix, file + suffix);
  {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage << std::string(4096, 'Z');
  }
  EXPECT_EQ(open()->current_bans("j", {1001}).value().size(), 1u);
}

TEST_F(Salvage, NamesBackupsByTimeAndNeverOverwritesOne) {
  EXPECT_EQ(backup_name(file, 1795350000).value(), file + ".20261122-122000");
  std::ofstream(file + ".20261122-122000") << "x";
  EXPECT_EQ(backup_name(file, 1795350000).value(), file + ".20261122-122000-2");
}

TEST_F(Salvage, ATruncatedFileComesBackWithWhatItStillHolds) {
  {
    auto store = open();
    std::vector<Change> batch;
    for (int i = 0; i < 2000; ++i) batch.push_back(ban("j", "id" + std::to_string(i), 1000));
    ASSERT_TRUE(store->write(batch).ok());
  }
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  auto store = open();
  EXPECT_GT(store->current_bans("j", {1001}).value().size(), 200u);
  EXPECT_EQ(query("PRAGMA integrity_check"), Lines{"ok"});
  EXPECT_EQ(query("PRAGMA foreign_key_check"), Lines{});
}

}  // namespace
}  // namespace gaoler::store
