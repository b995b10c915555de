// Where the banned addresses of a jail come from: status flavor `cymru`, by TXT records in Team
// Cymru's zones (origin.asn.cymru.com).
//
// Off the loop, each look-up with the resolver's deadline, at most kMaxCymruAddresses at a time.
#pragma once

#include <cstddef>
#include <functional>

#include "protocol/value.h"

namespace gaoler::server {

class JailRunner;
class Server;

inline constexpr size_t kMaxCymruAddresses = 1000;

// Three rows: ASNs, countries and registries, one entry per ban, in order of banning. As in
// fail2ban the rows end at the first look-up that fails, which is in the log.
void look_up_cymru(Server& server, const JailRunner& jail,
                   std::function<void(const protocol::List& rows)> done);

}  // namespace gaoler::server
