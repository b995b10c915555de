// Log levels and the sink that every folder writes to; what a target does with a line is sys/'s
// business.
//
// A LogSink is lent to whoever needs it and may be called from any thread. Logger names are
// fail2ban's
// ("fail2ban.filter"), because other tools read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gaoler::base {

// Values are fail2ban's (Python logging numbers with its own levels between).
enum class LogLevel : int {
  critical = 50,
  error = 40,
  warning = 30,
  notice = 25,
  info = 20,
  msg = 18,
  debug = 10,
  trace = 7,
  heavy = 5,
};

// As printed in a log line: "CRITICAL", ..., "TRACE", "HEAVY".
std::string_view log_level_name(LogLevel level);

// From configuration, any case: names as printed plus TRACEDEBUG and HEAVYDEBUG, or a number.
std::optional<LogLevel> parse_log_level(std::string_view text);

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual bool enabled(LogLevel level) const = 0;
  virtual void write(LogLevel level, std::string_view logger, std::string_view message) = 0;
};

// Drops everything: for tests and for tools that report otherwise.
class NullLogSink final : public LogSink {
 public:
  bool enabled(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view, std::string_view) override {}
};

}  // namespace gaoler::base
