#include "sys/logger.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace gaoler::sys {
namespace {

namespace fs = std::filesystem;

class LoggerTest : public testing::Test {
 protected:
  LoggerTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    char name[] = "/tmp/gaoler-log-XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  ~LoggerTest() override { fs::remove_all(directory_); }

  std::string content(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::string directory_;
  ManualClock clock_{1795358803.7025};  // 2026-11-22 14:46:43,702 UTC
  std::string pid_ = "[" + std::to_string(::getpid()) + "]: ";
};

TEST_F(LoggerTest, AFileLineHasDatePaddedLoggerPidAndLevel) {
  Logger logger(clock_);
  ASSERT_TRUE(logger.set_target(directory_ + "/f.log").ok());
  logger.write(base::LogLevel::notice, "fail2ban.actions", "[j1] Ban 192.0.2.1");
  EXPECT_EQ(content(directory_ + "/f.log"), "2026-11-22 14:46:43,702 fail2ban.actions        " +
                                                pid_ + "NOTICE  [j1] Ban 192.0.2.1\n");
}

TEST_F(LoggerTest, OptionsTakePaddingAndDateAway) {
  Logger logger(clock_);
  const std::string path = directory_ + "/f.log";
  ASSERT_TRUE(logger.set_target(path + "[padding=off, datetime=off]").ok());
  logger.write(base::LogLevel::warning, "fail2ban.filter", "x");
  EXPECT_EQ(content(path), "fail2ban.filter" + pid_ + "WARNING x\n");
  EXPECT_EQ(logger.target(), path);
}

TEST_F(LoggerTest, AFormatOfOnesOwnIsPythons) {
  Logger logger(clock_);
  const std::string path = directory_ + "/f.log";
  ASSERT_TRUE(logger.set_target(path + R"([format="%(levelname)-8s|%(message)s"])").ok());
  logger.write(base::LogLevel::info, "fail2ban.jail", "x");
  EXPECT_EQ(content(path), "INFO    |x\n");
}

TEST_F(LoggerTest, AFieldOfAFormatIsConvertedAsByPython) {
  const std::pair<const char*, const char*> cases[] = {
      {"%(levelname)-7.7s|", "INFO   |"},
      {"%(levelname).1s", "I"},
      {"%(levelno)03d", "020"},
      {"%(levelno)-4d|", "20  |"},
      {"%(name)16s", "   fail2ban.jail"},
      {"%(module)s", "jail"},
      {"100%% %(message)s", "100% some text"},
      {"%(message).4s", "some"},
      {"%(nosuch)s%(message)s", "some text"},
      {"%(levelname)", "INFO"},
      {"%(levelname)2.9s", "INFO"},
      {"(%(name).8s)", "(fail2ban)"},
  };
  for (const auto& [format, expected] : cases) {
    LogTarget target;
    target.format = format;
    EXPECT_EQ(target.format_line(0, base::LogLevel::info, "fail2ban.jail", "some text"), expected)
        << format;
  }
}

TEST_F(LoggerTest, OptionsOfTheFirstTargetCount) {
  Logger logger(clock_);
  testing::internal::CaptureStdout();
  ASSERT_TRUE(logger.set_target("stdout[padding=off, datetime=off]").ok());
  logger.write(base::LogLevel::info, "fail2ban.jail", "x");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "fail2ban.jail" + pid_ + "INFO x\n");
  EXPECT_EQ(logger.target(), "stdout");
}

TEST_F(LoggerTest, FlushOpensTheFileAnewByItsPath) {
  Logger logger(clock_);
  const std::string path = directory_ + "/f.log";
  ASSERT_TRUE(logger.set_target(path + "[format=\"%(message)s\"]").ok());
  logger.write(base::LogLevel::info, "x", "before");
  fs::rename(path, path + ".1");
  EXPECT_EQ(*logger.flush(), "rolled over");
  logger.write(base::LogLevel::info, "x", "after");
  EXPECT_EQ(content(path + ".1"), "before\n");
  EXPECT_EQ(content(path), "after\n");
}

TEST_F(LoggerTest, BelowTheLevelNothingIsWritten) {
  Logger logger(clock_);
  ASSERT_TRUE(logger.set_target(directory_ + "/f.log").ok());
  logger.set_level(base::LogLevel::error);
  logger.write(base::LogLevel::warning, "x", "y");
  EXPECT_EQ(content(directory_ + "/f.log"), "");
}

TEST_F(LoggerTest, AFileThatCannotBeOpenedLeavesTheOldTarget) {
  Logger logger(clock_);
  ASSERT_TRUE(logger.set_target(directory_ + "/f.log").ok());
  const auto failed = logger.set_target(directory_ + "/none/f.log");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message,
            "Unable to log to '" + directory_ + "/none/f.log': No such file or directory");
  EXPECT_EQ(logger.target(), directory_ + "/f.log");
}

TEST_F(LoggerTest, SyslogGetsPriorityUnpaddedTextAndNul) {
  const std::string path = directory_ + "/log";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const Fd receiver(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(receiver.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  Logger logger(clock_);
  ASSERT_TRUE(logger.set_syslog_socket(path).ok());
  ASSERT_TRUE(logger.set_target("SYSLOG[facility=MAIL]").ok());
  logger.write(base::LogLevel::notice, "fail2ban.actions", "[j1] Ban 192.0.2.1");
  char buffer[256];
  const ssize_t got = ::recv(receiver.get(), buffer, sizeof buffer, 0);
  const std::string expected = "<21>fail2ban.actions" + pid_ + "NOTICE [j1] Ban 192.0.2.1";
  EXPECT_EQ(std::string(buffer, static_cast<size_t>(got)), expected + std::string(1, '\0'));
}

TEST_F(LoggerTest, AnUnknownFacilityIsReplacedAndTold) {
  const auto target = LogTarget::parse("SYSLOG[facility=nosuch]");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->complaint, "Unable to set facility 'nosuch', using 'DAEMON'");
  EXPECT_EQ(target->facility, 3);
}

}  // namespace
}  // namespace gaoler::sys
