#include "store/schema.h"

#include "store_fixture.h"

namespace gaoler::store {
namespace {

using Lines = std::vector<std::string>;
using Schema = StoreTest;

// Files of the old versions, by the facts of their schemas.
constexpr const char* kCommon =
    "CREATE TABLE fail2banDb(version INTEGER);"
    "CREATE TABLE jails(name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL DEFAULT 1);"
    "CREATE INDEX jails_name ON jails(name);"
    "INSERT INTO jails VALUES('j', 1), ('k', 0);";
constexpr const char* kLogsOfOne =
    "CREATE TABLE logs(jail TEXT NOT NULL, path TEXT, firstlinemd5 TEXT, lastfilepos INTEGER "
    "DEFAULT 0, FOREIGN KEY(jail) REFERENCES jails(name) ON DELETE CASCADE, "
    "UNIQUE(path, firstlinemd5));"
    "INSERT INTO logs VALUES('j', '/log', 'abc', 7);";
constexpr const char* kLogsOfTwo =
    "CREATE TABLE logs(jail TEXT NOT NULL, path TEXT, firstlinemd5 TEXT, lastfilepos INTEGER "
    "DEFAULT 0, FOREIGN KEY(jail) REFERENCES jails(name) ON DELETE CASCADE, "
    "UNIQUE(jail, path), UNIQUE(jail, path, firstlinemd5));"
    "INSERT INTO logs VALUES('j', '/log', 'abc', 7);";
constexpr const char* kBansOfOne =
    "CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, data JSON, "
    "FOREIGN KEY(jail) REFERENCES jails(name));"
    "CREATE INDEX bans_jail_timeofban_ip ON bans(jail, timeofban);"
    "INSERT INTO bans VALUES('j', '192.0.2.1', 100, '{\"matches\": [\"m\"], \"failures\": 5}'),"
    "('j', '192.0.2.1', 200, '{}'), ('k', '192.0.2.2', 150, NULL);";
constexpr const char* kBansOfThree =
    "CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, bantime INTEGER "
    "NOT NULL, bancount INTEGER NOT NULL default 1, data JSON, FOREIGN KEY(jail) REFERENCES "
    "jails(name));"
    "INSERT INTO bans VALUES('j', '192.0.2.1', 100, 600, 1, '{}'),"
    "('j', '192.0.2.1', 200, 1200, 2, '{}'), ('k', '192.0.2.2', 150, -1, 1, NULL);";

std::string database(int version) {
  const std::string common =
      kCommon + ("INSERT INTO fail2banDb VALUES(" + std::to_string(version) + ");");
  if (version == 1) return common + kLogsOfOne + kBansOfOne;
  if (version == 2) return common + kLogsOfTwo + kBansOfOne;
  return common + kLogsOfTwo + kBansOfThree;
}

TEST_F(Schema, UpgradesEveryOlderVersionAndKeepsACopy) {
  for (int version = 1; version <= 3; ++version) {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directory(directory);
    script(database(version));
    log.lines.clear();
    open();
    const std::string from = std::to_string(version);
    EXPECT_EQ(log.lines, (Lines{"INFO   Database backup created: " + file + ".19700112-134640",
                                "INFO Connected to fail2ban persistent database '" + file + "'",
                                "WARNING Database updated from '" + from + "' to '4'",
                                "INFO Connection to database closed."}));
    EXPECT_EQ(query("SELECT * FROM fail2banDb"), Lines{"4"});
    EXPECT_EQ(query("SELECT * FROM jails"), (Lines{"j|1", "k|0"}));
    EXPECT_EQ(query("SELECT * FROM logs"), Lines{"j|/log|abc|7"});
    const bool timed = version == 3;
    EXPECT_EQ(
        query("SELECT jail, ip, timeofban, bantime, bancount FROM bans"),
        timed ? (Lines{"j|192.0.2.1|100|600|1", "j|192.0.2.1|200|1200|2", "k|192.0.2.2|150|-1|1"})
              : (Lines{"j|192.0.2.1|100|-2|1", "j|192.0.2.1|200|-2|1", "k|192.0.2.2|150|-2|1"}));
    EXPECT_EQ(query("SELECT jail, ip, timeofban, bantime, bancount FROM bips ORDER BY ip"),
              timed ? (Lines{"j|192.0.2.1|200|1200|2", "k|192.0.2.2|150|-1|1"})
                    : (Lines{"j|192.0.2.1|200|-2|1", "k|192.0.2.2|150|-2|1"}));
    file += ".19700112-134640";
    EXPECT_EQ(query("SELECT * FROM fail2banDb"), Lines{from});
    EXPECT_EQ(query("SELECT count(*) FROM bans"), Lines{"3"});
    file = directory + "/fail2ban.sqlite3";
  }
}

TEST_F(Schema, AnUpgradedFileLooksLikeANewOne) {
  const auto shape = [&] {
    Lines all;
    for (const char* table : {"fail2banDb", "jails", "logs", "bans", "bips"}) {
      for (const char* kind : {"table_info", "foreign_key_list"}) {
        for (const auto& line :
             query(std::string("SELECT * FROM pragma_") + kind + "('" + table + "')")) {
          all.push_back(line);
        }
      }
      for (const auto& line :
           query(std::string("SELECT name, \"unique\" FROM pragma_index_list('") + table +
                 "') ORDER BY name")) {
        all.push_back(line);
      }
    }
    return all;
  };
  open();
  const Lines fresh = shape();
  std::filesystem::remove(file);
  script(database(1));
  open();
  EXPECT_EQ(shape(), fresh);
}

TEST_F(Schema, MakesWhatIsMissingOfTheCurrentVersion) {
  open();
  script("DROP TABLE bips; DROP INDEX bans_ip");
  open();
  EXPECT_EQ(query("SELECT count(*) FROM bips"), Lines{"0"});
  EXPECT_EQ(query("SELECT name FROM sqlite_master WHERE name = 'bans_ip'"), Lines{"bans_ip"});
}

TEST_F(Schema, AnUpgradeThatFailsLeavesTheOldDatabase) {
  script(database(2));
  script("DROP TABLE bans; CREATE VIEW bips AS SELECT 1");
  EXPECT_FALSE(try_open().ok());
  EXPECT_EQ(query("SELECT * FROM fail2banDb"), Lines{"2"});
  EXPECT_EQ(query("SELECT * FROM logs"), Lines{"j|/log|abc|7"});
}

}  // namespace
}  // namespace gaoler::store
