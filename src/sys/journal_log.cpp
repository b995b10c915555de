#include "sys/journal_log.h"

#ifdef GAOLER_SYSTEMD
#include <string>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#endif

namespace gaoler::sys {

#ifdef GAOLER_SYSTEMD

bool journal_log_available() {
  return true;
}

void journal_log_send(int severity, std::string_view message) {
  std::string text = "MESSAGE=" + std::string(message);
  std::string priority = "PRIORITY=" + std::to_string(severity);
  std::string identifier = "SYSLOG_IDENTIFIER=fail2ban";
  const iovec fields[] = {{text.data(), text.size()},
                          {priority.data(), priority.size()},
                          {identifier.data(), identifier.size()}};
  sd_journal_sendv(fields, 3);
}

#else

bool journal_log_available() {
  return false;
}
void journal_log_send(int, std::string_view) {}

#endif

}  // namespace gaoler::sys
