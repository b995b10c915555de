#include "store/change_queue.h"

#include <cmath>

#include "store_fixture.h"

namespace gaoler::store {
namespace {

using Lines = std::vector<std::string>;

class ChangeQueueTest : public StoreTest {
 protected:
  std::unique_ptr<BanStore> store = open();
  ChangeQueue queue{*store, log};
  SqliteDb other = std::move(SqliteDb::open(file, SqliteDb::Mode::read_write, 0)).value();

  void lock() { ASSERT_TRUE(other.script("BEGIN IMMEDIATE").ok()); }
  void unlock() { ASSERT_TRUE(other.script("ROLLBACK").ok()); }
  Lines stored() const { return query("SELECT ip FROM bans ORDER BY rowid"); }
};

TEST_F(ChangeQueueTest, WritesInOrder) {
  queue.push(ban("j", "a", 1));
  queue.push(std::vector<Change>{ban("j", "b", 1), DeleteBans{"j", Lines{"a"}}});
  EXPECT_EQ(queue.next_try(), 0);
  EXPECT_TRUE(queue.flush(100));
  EXPECT_EQ(stored(), Lines{"b"});
  EXPECT_EQ(queue.next_try(), std::nullopt);
}

TEST_F(ChangeQueueTest, KeepsWhatCannotBeWrittenAndSaysSoOnce) {
  log.lines.clear();
  lock();
  queue.push(ban("j", "a", 1));
  EXPECT_FALSE(queue.flush(100));
  EXPECT_EQ(queue.next_try(), 101);
  queue.push(ban("j", "b", 1));
  EXPECT_FALSE(queue.flush(100.5));  // too soon: not even tried
  EXPECT_FALSE(queue.flush(101));
  EXPECT_EQ(queue.next_try(), 103);
  EXPECT_EQ(queue.waiting(), 2u);
  unlock();
  EXPECT_TRUE(queue.flush(103));
  EXPECT_EQ(stored(), (Lines{"a", "b"}));
  EXPECT_EQ(log.lines,
            (Lines{"ERROR cannot write the database '" + file +
                       "': database is locked (another program holds the file: let it end or close "
                       "it); bans go on, what is to be stored waits in memory and is tried again "
                       "at least every minute",
                   "NOTICE The database can be written again, what waited is stored"}));
}

TEST_F(ChangeQueueTest, TriesEverLessOftenButAtLeastEveryMinute) {
  lock();
  queue.push(ban("j", "a", 1));
  base::UnixTime now = 0;
  std::vector<double> waits;
  for (int i = 0; i < 8; ++i) {
    queue.flush(now);
    waits.push_back(*queue.next_try() - now);
    now = *queue.next_try();
  }
  EXPECT_EQ(waits, (std::vector<double>{1, 2, 4, 8, 16, 32, 60, 60}));
  EXPECT_FALSE(queue.flush(now - 10000));  // the clock was set back: tried, not waited for
  EXPECT_EQ(*queue.next_try(), now - 10000 + 60);
  unlock();
  EXPECT_TRUE(queue.flush_now(now - 9999));
}

TEST_F(ChangeQueueTest, AChangeThatCanNeverBeWrittenDoesNotHoldTheOthersUp) {
  queue.push(ban("j", "a", 1));
  queue.push(ban("j", "impossible", 1, std::nan("")));
  queue.push(ban("j", "c", 1));
  EXPECT_TRUE(queue.flush(100));
  EXPECT_EQ(stored(), (Lines{"a", "c"}));
  EXPECT_TRUE(log.lines.back().ends_with("; this change is dropped")) << log.lines.back();
}

TEST_F(ChangeQueueTest, DropsPositionsOfLogsBeforeBansWhenTooMuchWaits) {
  lock();
  queue.push(ban("j", "first", 1));
  queue.push(UpdateLog{"j", {"/log", "x", 1}});
  for (size_t i = 2; i < ChangeQueue::kMaxWaiting; ++i) queue.push(ban("j", "x", 1));
  queue.push(ban("j", "y", 1));
  EXPECT_EQ(queue.waiting(), ChangeQueue::kMaxWaiting);
  EXPECT_EQ(queue.dropped(), 1u);
  EXPECT_FALSE(queue.flush(100));
  unlock();
  EXPECT_TRUE(queue.flush(200));
  EXPECT_EQ(query("SELECT count(*) FROM logs"), Lines{"0"});
  EXPECT_EQ(query("SELECT ip FROM bans ORDER BY rowid LIMIT 1"), Lines{"first"});
  EXPECT_EQ(log.lines.back(),
            "NOTICE The database can be written again, what waited is stored; 1 change(s) were "
            "lost");
}

}  // namespace
}  // namespace gaoler::store
