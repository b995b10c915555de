// The control socket: sessions of clients that send commands and get replies, in fail2ban's
// protocol.
//
// Each session reads one request at a time and answers it before the next; sessions do not wait for
// each other. A client that is slow or silent costs a descriptor and a small buffer. One thread.
#pragma once

#include <chrono>
#include <memory>

#include "sys/fd.h"

namespace gaoler::server {

class Server;

class SessionListener {
 public:
  static constexpr size_t kMaxSessions = 1000;  // more are accepted and closed at once
  // Of requests that are not whole yet, of all sessions together; who brings more is refused.
  static constexpr size_t kMaxHeldBytes = 128 * 1024 * 1024;
  // For a client to read its answer.
  static constexpr std::chrono::seconds kPatience{60};

  // `listening` is an AF_UNIX stream socket; the server is lent.
  SessionListener(Server& server, sys::Fd listening);
  ~SessionListener();

  // No new sessions; those that are open end once they have been answered.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace gaoler::server
