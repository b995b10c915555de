#include "jail/ban_time.h"

#include <gtest/gtest.h>

namespace gaoler::jail {
namespace {

double no_random() {
  return 0;
}

BanTime options(const std::vector<std::pair<const char*, const char*>>& settings) {
  BanTime time;
  EXPECT_TRUE(time.set("increment", "true").ok());
  for (const auto& [name, value] : settings) EXPECT_TRUE(time.set(name, value).ok()) << name;
  return time;
}

TEST(BanTime, ComputesTheNextBanFromTheNumberOfBansBefore) {
  struct Case {
    std::vector<std::pair<const char*, const char*>> settings;
    std::vector<double> times;  // after 1, 2, 3 bans of 600 s
  };
  const Case cases[] = {
      {{}, {1200, 2400, 4800}},
      {{{"factor", "2"}}, {2400, 4800, 9600}},
      {{{"factor", "0.1"}}, {600, 600, 600}},  // never shorter than it was
      {{{"multipliers", "1 2 4"}}, {1200, 2400, 2400}},
      {{{"multipliers", "1 2 4"}, {"factor", "1/2"}}, {600, 1200, 1200}},
      {{{"multipliers", "3"}}, {1800, 1800, 1800}},
      {{{"formula", "ban.Time * ban.Count"}}, {600, 1200, 1800}},
      {{{"maxtime", "30m"}}, {1200, 1800, 1800}},
      {{{"multipliers", "1 2"}, {"multipliers", ""}}, {1200, 2400, 4800}},
  };
  for (const Case& test : cases) {
    const BanTime time = options(test.settings);
    for (size_t i = 0; i < test.times.size(); ++i) {
      const auto next = time.next(600, static_cast<int>(i + 1), no_random);
      ASSERT_TRUE(next.ok());
      EXPECT_EQ(*next, test.times[i]);
    }
  }
}

TEST(BanTime, StopsDoublingAfterTwentyBans) {
  EXPECT_EQ(*BanTime().next(1, 20, no_random), 1048576);
  EXPECT_EQ(*BanTime().next(1, 1000, no_random), 1048576);
}

TEST(BanTime, AddsTheRandomTimeAfterTheMaximum) {
  const BanTime time = options({{"maxtime", "1000"}, {"rndtime", "10"}});
  EXPECT_EQ(*time.next(600, 3, [] { return 0.25; }), 1002.5);
}

TEST(BanTime, RefusesBadValuesAndKeepsTheOldOnes) {
  BanTime time = options({{"multipliers", "1 2"}});
  const std::pair<const char*, const char*> cases[] = {
      {"multipliers", "1  2"}, {"multipliers", "1,2"}, {"factor", "x"},     {"factor", "ban.Time"},
      {"formula", "exec()"},   {"maxtime", "1x"},      {"rndtime", "soon"}, {"colour", "red"},
  };
  for (const auto& [name, value] : cases) EXPECT_FALSE(time.set(name, value).ok()) << value;
  EXPECT_EQ(time.text_of("multipliers"), "1 2");
  EXPECT_EQ(time.text_of("formula"), std::nullopt);
  EXPECT_EQ(*time.next(600, 5, no_random), 1200);
  EXPECT_EQ(time.set("multipliers", "1  2").error().message,
            "bantime.multipliers: '' is not a whole number (separate them by one blank each)");
}

TEST(BanTime, ReportsAFormulaThatFails) {
  const BanTime time = options({{"formula", "ban.Time / (ban.Count - 1)"}});
  EXPECT_EQ(*time.next(600, 3, no_random), 600);
  EXPECT_EQ(time.next(600, 1, no_random).error().message,
            "bantime.formula: division by zero at character 1 of 'ban.Time / (ban.Count - 1)'");
}

TEST(BanTime, TheLongestBanIsTheJailsOrMaxtime) {
  EXPECT_EQ(BanTime().longest(600), 600);
  EXPECT_EQ(options({}).longest(600), -1);
  EXPECT_EQ(options({{"maxtime", "1h"}}).longest(600), 3600);
}

using Decision = BanTime::Decision;

TEST(BanTime, DecidesByHistory) {
  Ticket ticket = manual_ticket("x", 1000);
  ticket.ban_count = 1;
  const BanTime time = options({});
  const BanHistory once{1, 500, 600};
  EXPECT_EQ(time.decide(ticket, 600, std::nullopt, no_random), (Decision{600, 1}));
  EXPECT_EQ(time.decide(ticket, 600, once, no_random), (Decision{1200, 2, true, true, true}));
  EXPECT_EQ(time.decide(ticket, -1, once, no_random), (Decision{-1, 1}));
  EXPECT_EQ(BanTime().decide(ticket, 600, once, no_random), (Decision{600, 1}));
  const BanHistory later{1, 1000, 600};
  EXPECT_EQ(time.decide(ticket, 600, later, no_random),
            (Decision{1200, 2, true, true, false, true}));
  ticket.ban_time = 50;
  EXPECT_EQ(time.decide(ticket, 600, once, no_random), (Decision{50, 1}));
}

TEST(BanTime, AFailingFormulaLeavesTheBanAsItIs) {
  Ticket ticket = manual_ticket("x", 1000);
  ticket.ban_count = 1;
  const Decision decision =
      options({{"formula", "1/0"}}).decide(ticket, 600, BanHistory{4, 1, 1}, no_random);
  EXPECT_EQ(decision, (Decision{600, 5, false, false, false, false,
                                "bantime.formula: division by zero at character 1 of '1/0'"}));
}

TEST(BanTime, ProlongsAfterAtMostTenSeconds) {
  EXPECT_EQ(BanTime::prolong_delay(600, 1200), 10);
  EXPECT_EQ(BanTime::prolong_delay(600, 608), 3);
  EXPECT_EQ(BanTime::prolong_delay(600, 601), 0);
}

TEST(KnownBadWeight, DoublesWithTheBansUpToMaxretry) {
  struct Case {
    int bans, max_retry;
    double retries;
    const char* text;
  };
  const Case cases[] = {
      {1, 5, 2, "2.0"}, {2, 5, 3, "3.0"}, {3, 5, 5, "5.0"},
      {4, 5, 5, "5"},   {99, 5, 5, "5"},  {0, 5, 1.5, "1.5"},
  };
  for (const Case& test : cases) {
    const auto weight = known_bad_weight(BanHistory{test.bans, 10, 0}, 11, test.max_retry);
    ASSERT_TRUE(weight.has_value());
    EXPECT_EQ(weight->retries, test.retries);
    EXPECT_EQ(weight->text, test.text);
  }
  EXPECT_FALSE(known_bad_weight(std::nullopt, 11, 5));
  EXPECT_FALSE(known_bad_weight(BanHistory{3, 11, 0}, 11, 5));
  EXPECT_FALSE(known_bad_weight(BanHistory{3, 10, 0}, 11, 1));
}

}  // namespace
}  // namespace gaoler::jail
