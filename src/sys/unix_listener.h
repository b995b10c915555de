// UnixListener: the listening end of the control socket as a file: made safely, removed when done.
//
// Who may connect is decided by permissions alone: socket 0600 in a directory of its own (0700 when
// made here), which nobody else may write to. It accepts nothing itself; the descriptor goes to
// whoever runs the loop.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "sys/fd.h"

namespace gaoler::sys {

enum class SocketState { absent, stale, live };

// Whether somebody answers behind the path.
SocketState probe_unix_socket(const std::string& path);

class UnixListener {
 public:
  // Makes the last level of the directory if it is missing. Refused when a server is live there,
  // when a stale socket is in the way and force is not set, and when others may write to the
  // directory.
  static base::Result<UnixListener> open(const std::string& path, bool force);

  // A listening socket that came from outside; whoever made its file removes it.
  static UnixListener adopt(Fd fd) { return UnixListener({}, std::move(fd)); }

  UnixListener(UnixListener&&) noexcept = default;
  UnixListener& operator=(UnixListener&&) = delete;
  ~UnixListener();  // removes the socket file if it is still ours

  Fd& fd() { return fd_; }

 private:
  UnixListener(std::string path, Fd fd);

  std::string path_;
  Fd fd_;
  unsigned long inode_ = 0;
};

}  // namespace gaoler::sys
