// Starting fail2ban-server from fail2ban-client: the one beside our own program, else the first in
// PATH.
#pragma once

#include <string>
#include <vector>

#include "base/log.h"
#include "cmd/command_line.h"
#include "config/stream.h"

namespace gaoler::cmd {

// A server in the background that waits for its configuration. False if it could not start; that
// has been said then.
bool spawn_server(const CommandLine& line, const config::ClientOptions& options,
                  base::LogSink& log);

// This process goes on as a server with the same arguments; an exit code if that fails.
int become_server(std::vector<std::string> argv, base::LogSink& log);

}  // namespace gaoler::cmd
