#include "sys/journal_log.h"

#include <cstdint>

namespace gaoler::sys {
namespace {

// A value with a newline is preceded by its length, 64 bits little-endian.
void add_field(std::string& datagram, std::string_view name, std::string_view value) {
  datagram += name;
  if (value.find('\n') == std::string_view::npos) {
    datagram += '=';
  } else {
    datagram += '\n';
    for (int shift = 0; shift < 64; shift += 8) {
      datagram += static_cast<char>(static_cast<uint64_t>(value.size()) >> shift);
    }
  }
  datagram += value;
  datagram += '\n';
}

}  // namespace

std::string journal_datagram(int severity, std::string_view logger, std::string_view message) {
  std::string datagram;
  add_field(datagram, "MESSAGE", message.substr(0, kMaxJournalMessage));
  add_field(datagram, "PRIORITY", std::to_string(severity));
  add_field(datagram, "LOGGER", logger);
  add_field(datagram, "SYSLOG_IDENTIFIER", "fail2ban");
  return datagram;
}

}  // namespace gaoler::sys
