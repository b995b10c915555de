#include "store/sqlite_store.h"

#include <cmath>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_fixture.h"

namespace gaoler::store {
namespace {

using Lines = std::vector<std::string>;

using SqliteStore = StoreTest;

TEST_F(SqliteStore, MakesANewFileForItselfAlone) {
  auto store = open();
  EXPECT_EQ(log.lines, (Lines{"INFO Connected to fail2ban persistent database '" + file + "'",
                              "WARNING New database created. Version '4'"}));
  struct stat status = {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  store.reset();
  EXPECT_EQ(log.lines.back(), "INFO Connection to database closed.");
  EXPECT_EQ(files(), Lines{"fail2ban.sqlite3"});
  log.lines.clear();
  store = open();
  EXPECT_EQ(log.lines, Lines{"INFO Connected to fail2ban persistent database '" + file + "'"});
}

TEST_F(SqliteStore, WorksInMemory) {
  file = ":memory:";
  auto store = open();
  EXPECT_TRUE(store->write({EnableJail{"j"}, ban("j", "192.0.2.1", 1000)}).ok());
  EXPECT_EQ(store->history("192.0.2.1", "j").value()->bans, 1);
}

TEST_F(SqliteStore, KnowsTheWordForNoDatabase) {
  EXPECT_TRUE(is_disabled("None"));
  EXPECT_TRUE(is_disabled("none"));
  EXPECT_FALSE(is_disabled("/none"));
}

TEST_F(SqliteStore, KeepsTrackOfJails) {
  auto store = open();
  EXPECT_TRUE(store->write({EnableJail{"a"}, EnableJail{"b"}, DisableJail{"a"}}).ok());
  EXPECT_EQ(query("SELECT * FROM jails"), (Lines{"a|0", "b|1"}));
  EXPECT_TRUE(store->write({EnableJail{"a"}, EnableJail{"b"}}).ok());
  EXPECT_EQ(query("SELECT * FROM jails"), (Lines{"a|1", "b|1"}));
  EXPECT_TRUE(store->write({DisableJail{}}).ok());
  EXPECT_EQ(query("SELECT * FROM jails"), (Lines{"a|0", "b|0"}));
}

TEST_F(SqliteStore, RemembersWhereALogWasReadTo) {
  auto store = open();
  const auto position = [&](const LogPosition& known) {
    return store->log_position("j", known).value();
  };
  EXPECT_EQ(position({"/log", "abc", 0}), std::nullopt);
  EXPECT_TRUE(store->write({AddLog{"j", {"/log", "abc", 7}}}).ok());
  EXPECT_TRUE(store->write({AddLog{"j", {"/log", "new", 9}}}).ok());  // known: stays
  EXPECT_EQ(position({"/log", "abc", 0}), 7);
  EXPECT_EQ(position({"/log", "other", 0}), std::nullopt);
  EXPECT_EQ(position({"/log", std::nullopt, 0}), 7);
  EXPECT_TRUE(store->write({UpdateLog{"j", {"/log", "def", 99}}}).ok());
  EXPECT_TRUE(store->write({UpdateLog{"j", {"systemd-journal", "2026-11-22", 1.5}}}).ok());
  EXPECT_EQ(position({"/log", "def", 0}), 99);
  EXPECT_EQ(position({"systemd-journal", std::nullopt, 0}), 1.5);
  EXPECT_EQ(query("SELECT jail, path, firstlinemd5, lastfilepos, typeof(lastfilepos) FROM logs"),
            (Lines{"j|/log|def|99|integer", "j|systemd-journal|2026-11-22|1.5|real"}));
}

TEST_F(SqliteStore, WritesABanIntoBothTables) {
  auto store = open();
  EXPECT_TRUE(store->write({ban("j", "192.0.2.1", 1000.5, 600, 1, "x")}).ok());
  EXPECT_TRUE(store->write({ban("j", "192.0.2.1", 3001.5, -1, 2)}).ok());
  EXPECT_EQ(query("SELECT ip, jail, timeofban, bantime, bancount, typeof(data), data FROM bans"),
            (Lines{"192.0.2.1|j|1000|600|1|blob|{\"matches\": [\"x\"], \"failures\": 3}",
                   "192.0.2.1|j|3002|-1|2|blob|{\"matches\": [], \"failures\": 3}"}));
  EXPECT_EQ(query("SELECT ip, jail, timeofban, bantime, bancount FROM bips"),
            (Lines{"192.0.2.1|j|3002|-1|2"}));
}

TEST_F(SqliteStore, DeletesBansOnRequest) {
  auto store = open();
  const auto all = [&] {
    return store->write({ban("j", "a", 1), ban("j", "b", 1), ban("k", "a", 1)}).ok();
  };
  EXPECT_TRUE(all());
  EXPECT_TRUE(store->write({DeleteBans{"j", Lines{"a", "absent"}}}).ok());
  for (const char* table : {"bans", "bips"}) {
    EXPECT_EQ(query(std::string("SELECT jail, ip FROM ") + table + " ORDER BY jail"),
              (Lines{"j|b", "k|a"}));
  }
  EXPECT_TRUE(store->write({DeleteBans{"j", std::nullopt}}).ok());
  EXPECT_EQ(query("SELECT jail, ip FROM bans"), Lines{"k|a"});
}

TEST_F(SqliteStore, WritesABatchWholeOrNotAtAll) {
  auto store = open();
  const AddBan impossible = ban("j", "b", 1, std::nan(""));
  const Written written = store->write({ban("j", "a", 1), impossible});
  EXPECT_EQ(written.state, Written::State::refused);
  EXPECT_EQ(query("SELECT count(*) FROM bans"), Lines{"0"});
}

TEST_F(SqliteStore, RestoresTheBansThatHoldNow) {
  auto store = open();
  EXPECT_TRUE(store
                  ->write({ban("j", "long", 100, 10000, 2), ban("j", "over", 100, 600),
                           ban("j", "now", 900, 600), ban("j", "ever", 50, -1),
                           ban("j", "unknown", 950, -2), ban("k", "other", 900, 600)})
                  .ok());
  struct Case {
    RestoreRules rules;
    Lines expected;
  };
  const Case cases[] = {
      {{1000, std::nullopt, -1, 600, 10}, {"ever -1", "long 10000", "now 600", "unknown 600"}},
      {{1000, std::nullopt, 300, 600, 10}, {"now 300", "unknown 600"}},
      {{1000, 600, 600, 600, 10}, {"now 600", "unknown 600"}},
      {{1000, -1, -1, -1, 10}, {"ever -1", "long 10000", "now 600", "unknown -1"}},
      {{1499, std::nullopt, -1, 549, 10}, {"ever -1", "long 10000", "now 600"}},
      {{1500, std::nullopt, -1, 550, 10}, {"ever -1", "long 10000"}},
  };
  for (const Case& test : cases) {
    Lines found;
    const auto tickets = store->current_bans("j", test.rules);
    ASSERT_TRUE(tickets.ok());
    for (const auto& ticket : *tickets) {
      found.push_back(ticket.id + " " + std::to_string(static_cast<int>(*ticket.ban_time)));
    }
    EXPECT_EQ(found, test.expected);
  }
}

TEST_F(SqliteStore, CurrentBansComePageByPageAndEndedOnesDoNotCount) {
  auto store = open();
  std::vector<Change> changes;
  for (const char* id : {"e", "a", "c", "b", "d"}) changes.push_back(ban("j", id, 1000, 600, 1));
  changes.push_back(ban("j", "bb", 100, 600, 1));
  changes.push_back(ban("other", "cc", 1000, 600, 1));
  EXPECT_TRUE(store->write(changes).ok());
  RestoreRules rules{1001};
  rules.most = 2;
  std::string pages;
  while (true) {
    const auto page = store->current_bans("j", rules).value();
    for (const auto& ticket : page) pages += ticket.id;
    if (page.size() < rules.most) break;
    pages += ' ';
    rules.after = page.back().id;
  }
  EXPECT_EQ(pages, "ab cd e");
}

TEST_F(SqliteStore, ARestoredTicketKnowsWhatTheBannedOneKnew) {
  AddBan change = ban("j", "id", 1000, 600, 4);
  change.ticket.lines = {{"h ", "d", " 1"}, {"", "", "2"}, {"", "", "3"}};
  change.ticket.groups = {{"ip", filter::GroupValue("192.0.2.1")}};
  change.ticket.ip = "192.0.2.1";
  auto store = open();
  EXPECT_TRUE(store->write({change}).ok());
  jail::Ticket expected = change.ticket;
  expected.restored = true;
  expected.ban_time = 600;
  EXPECT_EQ(store->current_bans("j", {1001}).value(), std::vector<jail::Ticket>{expected});
  RestoreRules rules{1001};
  rules.max_matches = 2;
  expected.lines = {{"", "", "2"}, {"", "", "3"}};
  EXPECT_EQ(store->current_bans("j", rules).value(), std::vector<jail::Ticket>{expected});
}

TEST_F(SqliteStore, TellsTheHistoryOfAnIdInAJailOrOverall) {
  auto store = open();
  EXPECT_TRUE(store->write({ban("j", "a", 1000, 600, 3), ban("k", "a", 2000, 1200, 2)}).ok());
  EXPECT_EQ(store->history("a", "j").value(), (jail::BanHistory{3, 1000, 600}));
  EXPECT_EQ(store->history("a", std::nullopt).value(), (jail::BanHistory{5, 2000, 1800}));
  EXPECT_EQ(store->history("b", std::nullopt).value(), std::nullopt);
  EXPECT_EQ(store->history("b", "j").value(), std::nullopt);
}

TEST_F(SqliteStore, MergesTheBansOfAnId) {
  auto store = open();
  EXPECT_TRUE(store
                  ->write({ban("j", "a", 1000, 600, 1, "one"), ban("k", "a", 2000, 600, 1, "two"),
                           ban("j", "a", 3000, 600, 2, "three")})
                  .ok());
  store->set_max_matches(2);
  jail::Ticket expected = jail::manual_ticket("a", 1000);
  expected.attempts = 9;
  expected.lines = {{"", "", "two"}, {"", "", "three"}};
  EXPECT_EQ(store->merged_bans("a", std::nullopt).value(), expected);
  expected.attempts = 6;
  expected.lines = {{"", "", "one"}, {"", "", "three"}};
  EXPECT_EQ(store->merged_bans("a", "j").value(), expected);
  EXPECT_EQ(store->merged_bans("b", "j").value(), std::nullopt);
}

TEST_F(SqliteStore, PurgesWhatIsOldAndQuiet) {
  auto store = open();
  store->set_purge_age(1000);
  EXPECT_TRUE(store
                  ->write({EnableJail{"j"}, EnableJail{"gone"}, EnableJail{"kept"},
                           UpdateLog{"gone", {"/log", "x", 1}}, ban("j", "old", 100, 600),
                           ban("j", "long", 100, 100000), ban("j", "ever", 100, -1),
                           ban("kept", "new", 9500, 10), DisableJail{"gone"}, DisableJail{"kept"},
                           Purge{10000}})
                  .ok());
  EXPECT_EQ(query("SELECT ip FROM bans"), Lines{"new"});
  EXPECT_EQ(query("SELECT ip FROM bips ORDER BY ip"), (Lines{"ever", "long", "new"}));
  EXPECT_EQ(query("SELECT name FROM jails ORDER BY name"), (Lines{"j", "kept"}));
  EXPECT_EQ(query("SELECT * FROM logs"), Lines{});
}

TEST_F(SqliteStore, RefusesADatabaseOfANewerProgramAndLeavesItAlone) {
  script("CREATE TABLE fail2banDb(version INTEGER); INSERT INTO fail2banDb VALUES(5)");
  const auto store = try_open();
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().message,
            "cannot open the database '" + file +
                "': its schema has version 5, this program knows versions up to 4: use the newer "
                "program that wrote it, or another dbfile");
  EXPECT_EQ(query("SELECT version FROM fail2banDb"), Lines{"5"});
  EXPECT_EQ(files(), Lines{"fail2ban.sqlite3"});
}

TEST_F(SqliteStore, SaysWhyAFileCannotBeUsed) {
  file = "";
  EXPECT_FALSE(try_open().ok());
  file = directory + "/absent/file";
  const auto store = open();
  EXPECT_EQ(store->write({}).message,
            "cannot open the database '" + file +
                "': cannot create it: No such file or directory (see that its directory exists, "
                "that file and directory are writable for this user and that the file system is "
                "not mounted read-only)");
  EXPECT_FALSE(store->current_bans("j", {1}).ok());
  std::filesystem::create_directory(directory + "/absent");
  store->set_max_matches(1);
  EXPECT_TRUE(store->write({ban("j", "a", 1)}).ok());
  EXPECT_EQ(store->current_bans("j", {2}).value().size(), 1u);
}

TEST_F(SqliteStore, AFileThatIsLockedAtTheStartIsOpenedLater) {
  open()->write({ban("j", "before", 1)});
  auto other = SqliteDb::open(file, SqliteDb::Mode::read_write, 0);
  ASSERT_TRUE(other->script("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").ok());
  log.lines.clear();
  const auto store = open();
  EXPECT_EQ(store->write({ban("j", "a", 1)}).state, Written::State::later);
  EXPECT_EQ(log.lines, Lines{});
  ASSERT_TRUE(other->script("ROLLBACK; PRAGMA locking_mode = NORMAL; SELECT * FROM jails").ok());
  EXPECT_TRUE(store->write({ban("j", "a", 1)}).ok());
  EXPECT_EQ(store->current_bans("j", {2}).value().size(), 2u);
}

TEST_F(SqliteStore, ALockedFileIsTriedLater) {
  auto store = open();
  auto other = SqliteDb::open(file, SqliteDb::Mode::read_write, 0);
  ASSERT_TRUE(other->script("BEGIN IMMEDIATE").ok());
  const Written written = store->write({ban("j", "a", 1)});
  EXPECT_EQ(written.state, Written::State::later);
  EXPECT_EQ(written.message, "cannot write the database '" + file +
                                 "': database is locked (another program holds the file: let it "
                                 "end or close it)");
  ASSERT_TRUE(other->script("ROLLBACK").ok());
  EXPECT_TRUE(store->write({ban("j", "a", 1)}).ok());
}

TEST_F(SqliteStore, FollowsASymbolicLinkToItsFile) {
  const std::string real = directory + "/real.sqlite3";
  ASSERT_EQ(symlink(real.c_str(), file.c_str()), 0);
  open()->write({EnableJail{"a"}});
  EXPECT_EQ(files(), (Lines{"fail2ban.sqlite3", "real.sqlite3"}));
  EXPECT_TRUE(std::filesystem::is_symlink(file));
  std::filesystem::resize_file(real, 5000);
  open();
  EXPECT_TRUE(std::filesystem::is_symlink(file));
  EXPECT_EQ(files().size(), 3u);
}

}  // namespace
}  // namespace gaoler::store
