// fail2ban.conf: the options of the server itself, and of the client that talks to it.
#pragma once

#include "config/commands.h"
#include "config/loader.h"
#include "config/stream.h"

namespace gaoler::config {

// Socket, pid file and log options, with the request's overrides over the files.
ClientOptions client_options(Loader& loader, const Request& request, Report& report);

// The commands that come before all jails.
Commands server_commands(Loader& loader, const ClientOptions& client, Report& report);

}  // namespace gaoler::config
