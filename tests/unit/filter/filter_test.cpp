#include "filter/filter.h"

#include <gtest/gtest.h>

namespace gaoler::filter {
namespace {

constexpr base::UnixTime kNow = 1795341600;  // 2026-11-22 10:00:00 UTC

class Recorder final : public base::LogSink {
 public:
  bool enabled(base::LogLevel level) const override { return level >= base::LogLevel::info; }
  void write(base::LogLevel level, std::string_view logger, std::string_view message) override {
    if (!enabled(level)) return;
    lines.push_back(std::string(base::log_level_name(level)) + " " + std::string(logger) + ": " +
                    std::string(message));
  }
  std::vector<std::string> lines;
};

using Texts = std::vector<std::string>;

class FilterTest : public testing::Test {
 protected:
  FilterTest() { EXPECT_TRUE(filter.set_log_timezone("UTC").ok()); }

  // "id time-now: text of the matched lines" of each failure.
  Texts process(std::string_view line) {
    Texts result;
    for (const Failure& failure : filter.process_line(line, context)) {
      std::string text =
          failure.id + " " + std::to_string(static_cast<long>(failure.time - kNow)) + ":";
      for (const MatchedLine& matched : failure.lines) text += " {" + matched.text() + "}";
      result.push_back(text);
    }
    return result;
  }

  void add(const char* failregex) { ASSERT_TRUE(filter.add_failregex(failregex).ok()); }

  Recorder log;
  Filter filter{"j1", log};
  LineContext context{kNow, true, 600, true};
};

TEST_F(FilterTest, CutsTheDateOutOfWhatIsMatched) {
  add("^ fail <HOST>$");
  EXPECT_EQ(process("2026-11-22 10:00:00 fail 192.0.2.1"),
            Texts{"192.0.2.1 0: {2026-11-22 10:00:00 fail 192.0.2.1}"});
  EXPECT_EQ(process("fail 192.0.2.1"), Texts{});
}

TEST_F(FilterTest, RefusesExpressionsInFail2bansWords) {
  EXPECT_EQ(filter.add_failregex("fail").error().message, "No failure-id group in 'fail'");
  EXPECT_EQ(filter.add_failregex("fail (<HOST>").error().message.substr(0, 47),
            "Unable to compile regular expression 'fail ((?:");
  EXPECT_EQ(filter.set_max_lines(0).error().message, "maxlines must be integer greater than zero");
  ASSERT_TRUE(filter.set_prefregex("^<F-ID>\\S+</F-ID> <F-CONTENT>.+</F-CONTENT>$").ok());
  EXPECT_TRUE(filter.add_failregex("fail").ok());
  EXPECT_EQ(filter.failregexes(), Texts{"fail"});
  filter.remove_failregex(7);
  EXPECT_EQ(log.lines.back(),
            "ERROR fail2ban.filter: Cannot remove regular expression. Index 7 is not valid");
}

TEST_F(FilterTest, APrefregexGivesItsContentToTheFailregexes) {
  ASSERT_TRUE(filter.set_prefregex("^ srv <F-CONTENT>.+</F-CONTENT> end$").ok());
  add("^fail <HOST>$");
  EXPECT_EQ(process("2026-11-22 10:00:00 srv fail 192.0.2.1 end").size(), 1u);
  EXPECT_EQ(process("2026-11-22 10:00:00 fail 192.0.2.1").size(), 0u);
}

TEST_F(FilterTest, AnIgnoreregexSeesWhatTheFailregexSaw) {
  ASSERT_TRUE(filter.set_prefregex("^ srv <F-CONTENT>.+</F-CONTENT>$").ok());
  add("fail <HOST>");
  ASSERT_TRUE(filter.add_ignoreregex("srv").ok());
  EXPECT_EQ(process("2026-11-22 10:00:00 srv fail 192.0.2.1").size(), 1u);
  ASSERT_TRUE(filter.add_ignoreregex("^fail").ok());
  EXPECT_EQ(process("2026-11-22 10:00:00 srv fail 192.0.2.1").size(), 0u);
  EXPECT_EQ(filter.notes().ignored_by, std::vector<size_t>{1});
}

TEST_F(FilterTest, AnOddTimeInOperationCountsAsNowAndIsSaidOnceADay) {
  add("fail <HOST>");
  EXPECT_EQ(process("2020-11-22 10:00:00 fail 192.0.2.1")[0].substr(0, 12), "192.0.2.1 0:");
  EXPECT_EQ(process("2020-11-22 10:00:00 fail 192.0.2.1")[0].substr(0, 12), "192.0.2.1 0:");
  EXPECT_EQ(log.lines,
            (Texts{"WARNING fail2ban.filter: [j1] Detected a log entry 6y 1d before the current "
                   "time in operation mode. This looks like a timezone problem. Treating such "
                   "entries as if they just happened.",
                   "WARNING fail2ban.filter: [j1] Please check a jail for a timing issue. Line "
                   "with odd timestamp: 2020-11-22 10:00:00 fail 192.0.2.1"}));
  context.now += 86400;
  process("2020-11-22 10:00:00 fail 192.0.2.1");
  EXPECT_EQ(log.lines.size(), 4u);
}

TEST_F(FilterTest, WhileCatchingUpOldLinesAreLeftOutAndFutureOnesCountNow) {
  add("fail <HOST>");
  context.in_operation = false;
  EXPECT_EQ(process("2026-11-22 09:49:59 fail 192.0.2.1"), Texts{});
  EXPECT_EQ(log.lines.at(0),
            "WARNING fail2ban.filter: [j1] Ignoring all log entries older than 600s; these are "
            "probably messages generated while fail2ban was not running.");
  EXPECT_EQ(process("2026-11-22 09:50:00 fail 192.0.2.1")[0].substr(0, 15), "192.0.2.1 -600:");
  EXPECT_EQ(process("2026-11-22 11:00:00 fail 192.0.2.1")[0].substr(0, 12), "192.0.2.1 0:");
}

TEST_F(FilterTest, AnUndatedLineBorrowsAFreshDate) {
  add("fail <HOST>");
  process("2026-11-22 09:59:30 hello");
  EXPECT_EQ(process("fail 192.0.2.1"), Texts{"192.0.2.1 -30: {2026-11-22 09:59:30fail 192.0.2.1}"});
  EXPECT_EQ(log.lines,
            (Texts{"WARNING fail2ban.filter: [j1] Found a match but no valid date/time found for "
                   "'2026-11-22 09:59:30'.",
                   "WARNING fail2ban.filter: [j1] Match without a timestamp: 2026-11-22 "
                   "09:59:30fail 192.0.2.1",
                   "WARNING fail2ban.filter: [j1] Please try setting a custom date pattern (see "
                   "man page jail.conf(5))."}));
  context.now += 120;
  EXPECT_EQ(process("fail 192.0.2.1"), Texts{"192.0.2.1 120: {fail 192.0.2.1}"});
  context.in_operation = false;
  EXPECT_EQ(process("fail 192.0.2.1"), Texts{});
}

TEST_F(FilterTest, MatchesOverSeveralLinesAndLeavesSkippedOnes) {
  ASSERT_TRUE(filter.set_max_lines(5).ok());
  add("^ from <HOST>$<SKIPLINES>^ failed$");
  process("2026-11-22 10:00:00 from 192.0.2.1");
  process("2026-11-22 10:00:00 hello");
  EXPECT_EQ(
      process("2026-11-22 10:00:00 failed"),
      Texts{"192.0.2.1 0: {2026-11-22 10:00:00 from 192.0.2.1} {2026-11-22 10:00:00 failed}"});
  ASSERT_EQ(filter.buffered_lines().size(), 1u);
  EXPECT_EQ(filter.buffered_lines()[0].undated(), " hello");
}

TEST_F(FilterTest, AConnectionsFailureWaitsForItsAddress) {
  add("^ c<F-MLFID>\\d+</F-MLFID> failed for <F-USER>\\S+</F-USER>$");
  add("^ c<F-MLFID>\\d+</F-MLFID> <F-NOFAIL>from</F-NOFAIL> <HOST>$");
  EXPECT_EQ(process("2026-11-22 10:00:00 c1 failed for bob"), Texts{});
  EXPECT_EQ(process("2026-11-22 10:00:00 c2 from 192.0.2.2"), Texts{});
  EXPECT_EQ(process("2026-11-22 10:00:00 c1 from 192.0.2.1"),
            Texts{"192.0.2.1 0: {2026-11-22 10:00:00 c1 failed for bob} {2026-11-22 10:00:00 c1 "
                  "from 192.0.2.1}"});
}

TEST_F(FilterTest, AnEntryWithItsOwnTimeNeedsNoDate) {
  add("fail <HOST>");
  auto failures =
      filter.process_entry({"", "2026-11-22T09:59:59", " fail 192.0.2.1"}, kNow - 1, context);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].time, kNow - 1);
}

TEST_F(FilterTest, LinesThatCannotMatchAreSpared) {
  add("authentication failure from <HOST>");
  process("2026-11-22 10:00:00 connect from 192.0.2.1");
  process("2026-11-22 10:00:00 authentication failure from 192.0.2.1");
  EXPECT_EQ(filter.counters().lines, 2u);
  EXPECT_EQ(filter.counters().spared, 1u);
}

}  // namespace
}  // namespace gaoler::filter
