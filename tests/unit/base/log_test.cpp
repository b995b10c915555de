#include "base/log.h"

#include <gtest/gtest.h>

namespace gaoler::base {
namespace {

TEST(LogLevel, NamesAreReadInAnyCase) {
  EXPECT_EQ(parse_log_level("info"), LogLevel::info);
  EXPECT_EQ(parse_log_level("Notice"), LogLevel::notice);
  EXPECT_EQ(parse_log_level("TRACEDEBUG"), LogLevel::trace);
  EXPECT_EQ(parse_log_level("HEAVYDEBUG"), LogLevel::heavy);
  EXPECT_EQ(parse_log_level("25"), LogLevel::notice);
  EXPECT_EQ(parse_log_level(""), std::nullopt);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
  EXPECT_EQ(parse_log_level("10x"), std::nullopt);
  EXPECT_EQ(parse_log_level("-1"), std::nullopt);
}

TEST(LogLevel, EveryLevelReadsBackFromItsName) {
  for (const LogLevel level :
       {LogLevel::critical, LogLevel::error, LogLevel::warning, LogLevel::notice, LogLevel::info,
        LogLevel::msg, LogLevel::debug, LogLevel::trace, LogLevel::heavy}) {
    EXPECT_EQ(parse_log_level(log_level_name(level)), level) << log_level_name(level);
  }
}

TEST(NullLogSink, WantsNothing) {
  NullLogSink sink;
  EXPECT_FALSE(sink.enabled(LogLevel::critical));
}

}  // namespace
}  // namespace gaoler::base
