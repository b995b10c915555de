// UnixSocketClient: the client's end of the control socket, blocking.
//
// Bytes out, bytes in; what they mean is protocol/'s business. Timeouts are for one operation each,
// in seconds, negative for none. Errors read as Python's ("[Errno 111] Connection refused", "timed
// out"), since scripts look for them. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "sys/fd.h"

namespace gaoler::sys {

class UnixSocketClient {
 public:
  static base::Result<UnixSocketClient> connect(const std::string& path, base::Seconds timeout);

  void set_timeout(base::Seconds timeout) { timeout_ = timeout; }

  base::Result<void> send(std::string_view bytes);

  // What has arrived, at least one byte. The other side's close is an error, too: there is always
  // an answer missing.
  base::Result<std::string> receive();

 private:
  UnixSocketClient(Fd fd, base::Seconds timeout) : fd_(std::move(fd)), timeout_(timeout) {}

  base::Result<void> wait_for(short events);

  Fd fd_;
  base::Seconds timeout_;
};

}  // namespace gaoler::sys
