// Reload: a new command stream for a running server.
//
// The stream is first tried out on a rehearsal: if any command fails there, nothing changes. Then
// it is applied: jails that it names keep bans and counters, those it no longer names are stopped
// (when all are reloaded).
#pragma once

#include <string>
#include <vector>

#include "protocol/value.h"
#include "server/reply.h"

namespace gaoler::server {

class Server;

struct ReloadRequest {
  std::string jail = "--all";
  bool restart = false;  // stop and start the jails
  bool unban = false;    // lift their bans for good
  std::vector<protocol::Command> stream;
};

void reload(Server& server, ReloadRequest request, ReplyDone done);

}  // namespace gaoler::server
