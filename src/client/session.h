// Session: one connection to a server, commands out and replies back in order.
//
// Blocking; timeouts in seconds, negative for none. Says good-bye when it ends. One thread.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "protocol/frame.h"
#include "protocol/value.h"
#include "sys/unix_socket_client.h"

namespace gaoler::client {

class Session {
 public:
  static base::Result<Session> open(const std::string& socket, base::Seconds timeout);

  Session(Session&&) = default;
  Session& operator=(Session&&) = delete;
  ~Session();

  // An error is about the way to the server; what the server refused is a Reply of code 1.
  base::Result<protocol::Reply> ask(const protocol::Command& command, base::Seconds timeout);

 private:
  explicit Session(sys::UnixSocketClient socket) : socket_(std::move(socket)) {}

  sys::UnixSocketClient socket_;
  protocol::FrameSplitter incoming_;
};

}  // namespace gaoler::client
