// Logger: the server's log, in fail2ban's line format, to one target at a time.
//
// Safe from any thread; its mutex is the only one in the program outside the edges' queues. A line
// is one write(). It keeps a file or a socket open and nothing else.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/log_target.h"

namespace gaoler::sys {

class Logger final : public base::LogSink {
 public:
  // Logs to STDOUT at INFO until told otherwise. The clock is lent.
  explicit Logger(const Clock& clock) : clock_(clock) {}

  bool enabled(base::LogLevel level) const override;
  void write(base::LogLevel level, std::string_view logger, std::string_view message) override;

  void set_level(base::LogLevel level) { level_ = static_cast<int>(level); }
  base::LogLevel level() const { return static_cast<base::LogLevel>(level_.load()); }

  // The old target stays when the new one cannot be opened. The same name again changes nothing.
  base::Result<void> set_target(std::string_view text);
  std::string target() const;  // the name without options

  // "auto" is /dev/log. Takes effect at once when the target is SYSLOG.
  base::Result<void> set_syslog_socket(std::string_view path);
  std::string syslog_socket() const;

  // Opens a file anew by its path, after rotation. What was done: "rolled over" or "flushed".
  std::string flush();

 private:
  base::Result<Fd> open(const LogTarget& target) const;
  void emit(base::LogLevel level, const std::string& line, std::string_view message);

  const Clock& clock_;
  std::atomic<int> level_{static_cast<int>(base::LogLevel::info)};
  mutable std::mutex mutex_;
  LogTarget target_;
  Fd fd_;  // of a file or the socket to syslog; unused for other targets
  std::string syslog_socket_ = "auto";
};

}  // namespace gaoler::sys
