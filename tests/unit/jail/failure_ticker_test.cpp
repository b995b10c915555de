#include "jail/failure_ticker.h"

#include <gtest/gtest.h>

namespace gaoler::jail {
namespace {

using filter::MatchedLine;

filter::Failure failure(std::string id, base::UnixTime time, std::string line = "") {
  filter::Failure failure;
  failure.id = std::move(id);
  failure.time = time;
  if (!line.empty()) failure.lines = {{"host ", "10:00:00", " " + line}};
  return failure;
}

std::vector<double> counts(FailureTicker& ticker, const std::vector<double>& times) {
  std::vector<double> result;
  for (const double time : times) result.push_back(ticker.add(failure("192.0.2.1", time)));
  return result;
}

TEST(FailureTicker, ScalesTheCountToTheRateWhenFirstFailureIsOlderThanFindtime) {
  struct Case {
    std::vector<double> times;
    std::vector<double> retries;
  };
  const Case cases[] = {
      {{0, 500, 1100}, {1, 2, 2}},
      {{0, 350, 700}, {1, 2, 3}},
      {{0, 550, 1100, 1650, 2200}, {1, 2, 2, 2, 2}},
      {{0, 350, 700, 1050}, {1, 2, 3, 3}},
      {{100, 50, 20}, {1, 2, 3}},       // older ones just count
      {{0, 0, 0, 1200}, {1, 2, 3, 3}},  // 3 / 1200 * 600 = 1.5, half to even: 2
      {{0, 1200}, {1, 1}},              // 0.5 -> 0
  };
  for (const Case& test : cases) {
    FailureTicker ticker;
    EXPECT_EQ(counts(ticker, test.times), test.retries) << testing::PrintToString(test.times);
  }
}

TEST(FailureTicker, TicketOnThirdFailureWithinFindtime) {
  FailureTicker ticker;
  ticker.add(failure("192.0.2.1", 10, "one"));
  ticker.add(failure("192.0.2.1", 20, "two"));
  EXPECT_EQ(ticker.take("192.0.2.1"), std::nullopt);
  ticker.add(failure("192.0.2.1", 15, "late"));

  Ticket expected = manual_ticket("192.0.2.1", 20);
  expected.attempts = 3;
  expected.lines = {
      {"host ", "10:00:00", " one"}, {"", "", "host 10:00:00 two"}, {"", "", "host 10:00:00 late"}};
  EXPECT_EQ(ticker.take("192.0.2.1"), expected);
  EXPECT_EQ(ticker.currently_failed(), 0u);
  EXPECT_EQ(ticker.total_failed(), 3u);
  EXPECT_EQ(ticker.add(failure("192.0.2.1", 30)), 1);
}

TEST(FailureTicker, KeepsTheGroupsOfTheFirstFailureAndTheNewestLines) {
  FailureTicker ticker;
  ticker.set_max_matches(2);
  auto first = failure("192.0.2.1", 1, "one");
  first.groups.set("user", filter::GroupValue("root"));
  first.ip = "192.0.2.9";
  ticker.add(first);
  auto second = failure("192.0.2.1", 2, "two");
  second.groups.set("user", filter::GroupValue("bob"));
  ticker.add(second);
  ticker.add(failure("192.0.2.1", 3, "three"));

  Ticket expected = manual_ticket("192.0.2.1", 3);
  expected.attempts = 3;
  expected.ip = "192.0.2.9";
  expected.groups = {{"user", "root"}};
  expected.lines = {{"", "", "host 10:00:00 two"}, {"", "", "host 10:00:00 three"}};
  EXPECT_EQ(ticker.take("192.0.2.1"), expected);
}

TEST(FailureTicker, KeepsNoLinesWithMaxmatchesZero) {
  FailureTicker ticker;
  ticker.set_max_matches(0);
  ticker.set_max_retry(2);
  ticker.add(failure("x", 1, "one"));
  ticker.add(failure("x", 2, "two"));
  EXPECT_TRUE(ticker.take("x")->lines.empty());
}

TEST(FailureTicker, AnAttemptCountsOncePerLine) {
  FailureTicker ticker;
  EXPECT_EQ(ticker.add(failure("x", 1), 2), 2);
  EXPECT_EQ(ticker.add(failure("x", 2), 3), 5);
  EXPECT_EQ(ticker.take("x")->attempts, 2);
  EXPECT_EQ(ticker.total_failed(), 2u);
}

TEST(FailureTicker, CleanUpForgetsIdsWithoutFailureForFindtime) {
  FailureTicker ticker;
  ticker.add(failure("old", 400));
  ticker.add(failure("new", 401));
  ticker.add(failure("moved", 300));
  ticker.add(failure("moved", 500));
  ticker.clean_up(1000);
  EXPECT_EQ(ticker.currently_failed(), 2u);
  EXPECT_EQ(ticker.add(failure("old", 1000)), 1);
  EXPECT_EQ(ticker.add(failure("new", 1000)), 2);
}

TEST(FailureTicker, KnownBadIdsCountMore) {
  FailureTicker ticker;
  ticker.set_max_retry(5);
  EXPECT_EQ(ticker.add_known_bad(failure("x", 1), 1, 2), std::nullopt);
  const auto first = failure("x", 1, "one");
  ticker.add(first);
  EXPECT_EQ(ticker.add_known_bad(first, 1, 2), 2);
  const auto second = failure("x", 2, "two");
  ticker.add(second);
  EXPECT_EQ(ticker.add_known_bad(second, 2, 3), 5);
  const auto ticket = ticker.take("x");
  EXPECT_EQ(ticket->attempts, 4);
  EXPECT_EQ(ticket->ban_count, 2);
  EXPECT_EQ(ticket->lines.size(), 3u);
  EXPECT_EQ(ticker.total_failed(), 4u);
}

TEST(FailureTicker, ForgetsTheOldestIdsBeyondItsCap) {
  FailureTicker ticker;
  for (size_t i = 0; i < FailureTicker::kMaxIds + 10; ++i) {
    ticker.add(failure("id" + std::to_string(i), static_cast<double>(i)));
  }
  EXPECT_EQ(ticker.currently_failed(), FailureTicker::kMaxIds);
  EXPECT_EQ(ticker.forgotten(), 10u);
  EXPECT_EQ(ticker.add(failure("id9", 1e9)), 1);
  EXPECT_EQ(ticker.add(failure("id400000", 400000)), 2);
}

TEST(FailureTicker, DropsNewLinesWhenTooManyAreKeptButGoesOnCounting) {
  FailureTicker ticker;
  const std::string line(1'000'000, 'x');
  for (int i = 0; i < 100; ++i) ticker.add(failure("id" + std::to_string(i), 1, line));
  EXPECT_EQ(ticker.currently_failed(), 100u);
  ticker.set_max_retry(1);
  EXPECT_EQ(ticker.take("id0")->lines.size(), 1u);
  EXPECT_EQ(ticker.take("id99")->lines.size(), 0u);
  for (int i = 1; i < 90; ++i) ticker.take("id" + std::to_string(i));
  ticker.add(failure("again", 1, line));
  EXPECT_EQ(ticker.take("again")->lines.size(), 1u);
}

}  // namespace
}  // namespace gaoler::jail
