// The command table: the only door into the server's state.
//
// A command is a list of words; what it means is decided by its first ones. Handlers are in the
// commands_*.cpp files, one per group. Commands of one caller are run one after the other by the
// caller; those of several callers interleave.
#pragma once

#include <vector>

#include "protocol/value.h"
#include "server/reply.h"

namespace gaoler::server {

class Server;

void execute(Server& server, protocol::Command command, ReplyDone done);

// Runs commands in order until one fails, and replies with the first failure or the last reply.
void execute_all(Server& server, std::vector<protocol::Command> commands, ReplyDone done);

}  // namespace gaoler::server
