// A server as a process: log, pid file, socket, signals, and the loop until the end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "protocol/value.h"

namespace gaoler::server {

struct RunOptions {
  std::string socket;
  std::string pidfile;
  std::string loglevel = "INFO";
  std::string logtarget = "/var/log/fail2ban.log";
  std::string syslogsocket = "auto";
  std::string process_name = "fail2ban-server";
  bool force = false;       // -x: a stale socket is replaced
  bool background = false;  // -b
};

// Starts, applies the configuration's commands, and serves until it is told to stop (TERM, INT or
// `stop`). Prints "Server ready" once the commands are through. The exit code: 0, or 255 when it
// could not start or, in the foreground, when a command of the stream failed. In the background
// this returns to the caller's program as soon as the server is ready, with the code it should end
// with; the server itself never returns from here.
int run(const RunOptions& options, const std::vector<protocol::Command>& stream);

}  // namespace gaoler::server
