// LogTarget: where log lines go and how they look, read from the text of the logtarget option.
//
// "/var/log/fail2ban.log", "STDOUT", "STDERR", "SYSOUT", "SYSLOG", "SYSTEMD-JOURNAL", each with
// options behind it: "SYSLOG[facility=MAIL]", "STDERR[padding=off, datetime=off]",
// "x.log[format=\"%(levelname)s|%(message)s\"]". A value; opening it is the logger's business.
#pragma once

#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"

namespace gaoler::sys {

struct LogTarget {
  enum class Kind { file, standard_output, standard_error, syslog, journal };

  Kind kind = Kind::standard_output;
  std::string name = "STDOUT";  // as written, without options
  bool date = true;
  bool padding = true;
  int facility = 3;       // syslog's number; DAEMON
  std::string format;     // Python's %-fields; empty for the usual layout
  std::string complaint;  // about an option that could not be followed; empty if there is none

  static base::Result<LogTarget> parse(std::string_view text);

  // One line without its newline.
  std::string format_line(base::UnixTime now, base::LogLevel level, std::string_view logger,
                          std::string_view message) const;
};

// Syslog's severity 0..7 for a level.
int syslog_severity(base::LogLevel level);

}  // namespace gaoler::sys
