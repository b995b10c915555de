// Logger: the server's log, in fail2ban's line format, to one target at a time.
//
// Safe from any thread; its mutex is the only one in the program outside the edges' queues. A line
// is one write(). It keeps a file or a socket open and nothing else. There is no rate limit: lines
// for a slow syslog or journal wait (sys/datagram_queue.h), and retry() sends them on.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "sys/clock.h"
#include "sys/datagram_queue.h"
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
  // The old file stays when it cannot be opened.
  base::Result<std::string> flush();

  // Now and then: what could not be written yet.
  void retry();

 private:
  struct Opened {
    Fd file;
    DatagramQueue queue;
  };
  base::Result<Opened> open(const LogTarget& target) const;
  void emit(base::LogLevel level, const std::string& line, std::string_view logger,
            std::string_view message);
  void send(const std::string& datagram, base::LogLevel level);

  const Clock& clock_;
  std::atomic<int> level_{static_cast<int>(base::LogLevel::info)};
  mutable std::mutex mutex_;
  LogTarget target_;
  bool was_set_ = false;
  Fd file_;              // of a file
  DatagramQueue queue_;  // to syslog or the journal
  std::string syslog_socket_ = "auto";
};

}  // namespace gaoler::sys
