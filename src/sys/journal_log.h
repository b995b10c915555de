// Writing to the systemd journal by its own protocol: one datagram of fields. libsystemd would do
// no more, and would have to be loaded for it.
#pragma once

#include <string>
#include <string_view>

namespace gaoler::sys {

inline constexpr const char* kJournalSocket = "/run/systemd/journal/socket";
inline constexpr size_t kMaxJournalMessage = 64 * 1024;  // more would need a file beside it

// severity: syslog's 0..7. Under the identifier "fail2ban".
std::string journal_datagram(int severity, std::string_view logger, std::string_view message);

}  // namespace gaoler::sys
