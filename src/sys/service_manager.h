// ServiceManager: what systemd hands to a service when it starts it, and wants to be told.
//
// A listening socket (LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES) and datagrams of lines to
// $NOTIFY_SOCKET: READY=1 and so on, see sd_notify(3). Both protocols are promised to stay and take
// a page; libsystemd would be loaded for nothing else (sys/systemd_library.h). Without those
// variables everything here does nothing. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sys/fd.h"

namespace gaoler::sys {

class ServiceManager {
 public:
  // Takes the variables out of the environment: they are not for the programs that we start.
  static ServiceManager from_environment();
  // The same question without taking anything.
  static bool hands_over_sockets();

  // The listening stream socket that was handed over, once: the one named "fail2ban" or
  // "fail2ban.socket", else the first.
  std::optional<Fd> take_socket();

  void ready(std::string_view status) const;
  void reloading() const;
  void stopping() const;

 private:
  void tell(const std::string& lines) const;

  std::string notify_socket_;
  std::optional<Fd> socket_;
};

}  // namespace gaoler::sys
