// Writing to the systemd journal, when built with libsystemd.
#pragma once

#include <string_view>

namespace gaoler::sys {

bool journal_log_available();
// severity: syslog's 0..7. Under the identifier "fail2ban".
void journal_log_send(int severity, std::string_view message);

}  // namespace gaoler::sys
