#include "jail/ban_list.h"

#include <gtest/gtest.h>

namespace gaoler::jail {
namespace {

using Outcome = BanList::Outcome;

Ticket ticket(std::string id, base::UnixTime time,
              std::optional<base::Seconds> ban_time = std::nullopt) {
  Ticket ticket = manual_ticket(std::move(id), time);
  ticket.ban_time = ban_time;
  return ticket;
}

std::vector<std::string> ids(const std::vector<const Ban*>& bans) {
  std::vector<std::string> out;
  for (const Ban* ban : bans) out.push_back(ban->ticket.id);
  return out;
}

std::vector<std::string> ids(const std::vector<Ban>& bans) {
  std::vector<std::string> out;
  for (const Ban& ban : bans) out.push_back(ban.ticket.id);
  return out;
}

using Ids = std::vector<std::string>;

TEST(BanList, BansOnceAndCounts) {
  BanList list;
  const auto added = list.add(ticket("a", 100), 100);
  EXPECT_EQ(added.outcome, Outcome::banned);
  EXPECT_EQ(added.ban->ticket.ban_count, 1);
  EXPECT_EQ(list.add(ticket("a", 100), 100).outcome, Outcome::already_banned);
  EXPECT_EQ(list.currently_banned(), 1u);
  EXPECT_EQ(list.total_banned(), 1u);
  EXPECT_EQ(list.next_end(), 700);
}

TEST(BanList, KeepsItsOrderWhileMostOfItIsTakenOut) {
  BanList list;
  for (int i = 0; i < 1000; ++i) list.add(ticket(std::to_string(i), 100 + i % 7), 100);
  Ids left;
  for (int i = 0; i < 1000; ++i) {
    if (i % 9 == 0) {
      left.push_back(std::to_string(i));
    } else {
      EXPECT_EQ(list.remove(std::to_string(i))->ticket.id, std::to_string(i));
    }
  }
  EXPECT_EQ(ids(list.in_order_of_banning()), left);
  list.add(ticket("new", 100), 100);
  left.push_back("new");
  EXPECT_EQ(ids(list.in_order_of_banning()), left);
  EXPECT_EQ(ids(list.take_expired(10'000, 2000)), left);
  EXPECT_EQ(list.currently_banned(), 0u);
}

TEST(BanList, RefusesWhatWouldBeOverAlready) {
  BanList list;
  EXPECT_EQ(list.add(ticket("a", 100), 701).outcome, Outcome::expired);
  EXPECT_EQ(list.add(ticket("a", 100), 700).outcome, Outcome::banned);
}

TEST(BanList, ALaterEndProlongsTheBanThereIs) {
  struct Case {
    std::optional<base::Seconds> old_time, new_time;
    base::UnixTime at;
    Outcome outcome;
    std::optional<base::Seconds> result;
  };
  const Case cases[] = {
      {{}, {}, 50, Outcome::prolonged, 650},  // jail's time from 150: 50 s more than from 100
      {{}, {}, 0, Outcome::already_banned, {}},
      {{}, {}, -50, Outcome::already_banned, {}},
      {{}, 300, 50, Outcome::already_banned, {}},
      {{}, 700, -50, Outcome::prolonged, 700},  // an older ticket's time counts from the old ban
      {{}, -1, 0, Outcome::prolonged, -1},
      {-1, 99999, 50, Outcome::already_banned, -1},
      {-1, -1, 50, Outcome::already_banned, -1},
  };
  for (const Case& test : cases) {
    BanList list;
    list.add(ticket("a", 100, test.old_time), 100);
    const auto added = list.add(ticket("a", 100 + test.at, test.new_time), 100);
    EXPECT_EQ(added.outcome, test.outcome);
    EXPECT_EQ(added.ban->ticket.ban_time, test.result);
    EXPECT_EQ(list.next_end(), list.end_of(added.ban->ticket));
    EXPECT_EQ(list.total_banned(), 1u);
  }
}

TEST(BanList, HandsOutExpiredBansInOrderOfBanningAndInPortions) {
  BanList list;
  list.add(ticket("long", 100, 1000), 100);
  list.add(ticket("b", 300), 300);
  list.add(ticket("a", 200), 300);
  list.add(ticket("c", 250, 10), 250);
  EXPECT_EQ(ids(list.take_expired(260, 10)), Ids{});
  EXPECT_EQ(ids(list.take_expired(900, 2)), (Ids{"a", "c"}));
  EXPECT_EQ(ids(list.take_expired(901, 1)), Ids{"b"});
  EXPECT_EQ(list.next_end(), 1100);
  EXPECT_EQ(ids(list.take_expired(1e9, 9)), Ids{"long"});
  EXPECT_EQ(list.next_end(), kNever);
}

TEST(BanList, PermanentBansNeverEnd) {
  BanList list;
  list.set_ban_time(-1);
  list.add(ticket("a", 100), 100);
  list.add(ticket("b", 100, 50), 100);
  EXPECT_EQ(list.next_end(), 150);
  EXPECT_EQ(ids(list.take_expired(1e12, 9)), Ids{"b"});
  EXPECT_EQ(list.next_end(), kNever);
  EXPECT_TRUE(list.contains("a"));
}

TEST(BanList, AChangedBantimeMovesBansWithoutTheirOwn) {
  BanList list;
  list.add(ticket("jail", 100), 100);
  list.add(ticket("own", 100, 600), 100);
  list.set_ban_time(10);
  EXPECT_EQ(list.next_end(), 110);
  EXPECT_EQ(ids(list.by_end()), (Ids{"jail", "own"}));
  list.set_ban_time(5000);
  EXPECT_EQ(list.next_end(), 700);
  EXPECT_EQ(ids(list.by_end()), (Ids{"own", "jail"}));
}

TEST(BanList, AChangedBantimeReachesBansThatWaitToBeHandedOut) {
  BanList list;
  list.add(ticket("a", 100), 100);
  list.add(ticket("b", 100), 100);
  EXPECT_EQ(ids(list.take_expired(701, 1)), Ids{"a"});
  list.set_ban_time(5000);
  EXPECT_EQ(ids(list.take_expired(702, 1)), Ids{});
  EXPECT_EQ(list.next_end(), 5100);
}

TEST(BanList, ABanThatWaitsToBeHandedOutCanBeProlongedOrRemoved) {
  BanList list;
  for (const char* id : {"a", "b", "c"}) list.add(ticket(id, 100), 100);
  EXPECT_EQ(ids(list.take_expired(701, 1)), Ids{"a"});
  EXPECT_EQ(list.add(ticket("b", 700), 701).outcome, Outcome::prolonged);
  EXPECT_EQ(list.remove("c")->ticket.id, "c");
  EXPECT_EQ(ids(list.take_expired(701, 9)), Ids{});
  EXPECT_EQ(list.next_end(), 1300);
}

TEST(BanList, AClockSetBackKeepsBansThatWaitToBeHandedOut) {
  BanList list;
  list.add(ticket("a", 100), 100);
  list.add(ticket("b", 100), 100);
  EXPECT_EQ(ids(list.take_expired(701, 1)), Ids{"a"});
  EXPECT_EQ(ids(list.take_expired(690, 1)), Ids{});
  EXPECT_EQ(list.next_end(), 700);
}

TEST(BanList, ListsInOrderOfBanningAndByEnd) {
  BanList list;
  list.add(ticket("z", 100, -1), 100);
  list.add(ticket("y", 100, 500), 100);
  list.add(ticket("x", 50), 100);
  list.add(ticket("w", 100, 500), 100);
  EXPECT_EQ(ids(list.in_order_of_banning()), (Ids{"z", "y", "x", "w"}));
  EXPECT_EQ(ids(list.by_end()), (Ids{"y", "w", "x", "z"}));
  EXPECT_EQ(ids(list.remove_all()), (Ids{"z", "y", "x", "w"}));
  EXPECT_EQ(list.currently_banned(), 0u);
  EXPECT_EQ(list.total_banned(), 4u);
  EXPECT_EQ(list.next_end(), kNever);
}

TEST(BanList, FindsBansInsideANetwork) {
  BanList list;
  for (const char* id : {"192.0.2.9", "name", "192.0.2.1", "192.0.2.0/25", "192.0.0.0/16", "::1"}) {
    list.add(ticket(id, 100), 100);
  }
  EXPECT_EQ(list.inside(*base::Network::parse("192.0.2.0/24")),
            (Ids{"192.0.2.9", "192.0.2.1", "192.0.2.0/25"}));
}

TEST(BanList, SetsWhatTheObserverAndTheActionsDecided) {
  BanList list;
  list.add(ticket("a", 100), 100);
  list.set_own_ban_time("a", 1200);
  list.set_ban_count("a", 4);
  list.set_enforced("a");
  list.set_epoch("a", 2);
  list.set_own_ban_time("absent", 1);
  const Ban* ban = list.find("a");
  EXPECT_EQ(ban->ticket.ban_time, 1200);
  EXPECT_EQ(ban->ticket.ban_count, 4);
  EXPECT_TRUE(ban->enforced);
  EXPECT_EQ(ban->epoch, 2);
  EXPECT_EQ(list.next_end(), 1300);
}

}  // namespace
}  // namespace gaoler::jail
