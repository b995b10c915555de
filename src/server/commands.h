// The groups of handlers behind the command table; nothing else includes this.
#pragma once

#include <map>
#include <string_view>

#include "server/reply.h"

namespace gaoler::server {

class Server;
class JailRunner;

// `words` begins behind the words that chose the handler; it has at least `least` of them.
struct ServerHandler {
  size_t least;
  void (*run)(Server&, const Words& words, ReplyDone done);
};
struct JailHandler {
  size_t least;
  void (*run)(Server&, JailRunner&, const Words& words, ReplyDone done);
};
using ServerHandlers = std::map<std::string_view, ServerHandler>;
using JailHandlers = std::map<std::string_view, JailHandler>;

const ServerHandlers& basic_handlers();       // ping, status, banned, unban, ...
const ServerHandlers& life_cycle_handlers();  // start, stop, reload, add, server-stream, ...
const ServerHandlers& server_set_handlers();  // set loglevel, ...
const ServerHandlers& server_get_handlers();
const JailHandlers& jail_set_handlers();  // set J ...: settings
const JailHandlers& jail_log_handlers();  // set J addlogpath, addjournalmatch, ...
const JailHandlers& jail_ban_handlers();  // set J banip, unbanip, attempt
const JailHandlers& jail_get_handlers();
const JailHandlers& action_handlers();  // set J addaction, delaction, action
const JailHandlers& action_get_handlers();

}  // namespace gaoler::server
