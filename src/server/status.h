// What `status` and its kin report, as values; how they are printed is the client's business.
#pragma once

#include <string_view>

#include "protocol/value.h"

namespace gaoler::server {

class JailRunner;
class Server;

// [('Number of jail', 2), ('Jail list', 'a, b')]
protocol::Value server_status(const Server& server);
// The two groups Filter and Actions of one jail. flavor: "basic", "short", "stats", ... `more` are
// rows behind those of Actions.
protocol::Value jail_status(const JailRunner& jail, std::string_view flavor,
                            const protocol::List& more = {});
bool is_status_flavor(std::string_view flavor);
// ids as they appear in replies, in order of banning
protocol::Value banned_ids(const JailRunner& jail);

}  // namespace gaoler::server
