// Lifelines: addresses that this machine cannot do without: default gateways and resolvers.
//
// Read from /proc/net and /etc/resolv.conf when asked and remembered for kKept seconds; nothing is
// asked of the network. The readers of the texts are pure. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/time.h"

namespace gaoler::sys {

// Default gateways in the text of /proc/net/route and of /proc/net/ipv6_route.
std::vector<base::Network> gateways_in_route(std::string_view text);
std::vector<base::Network> gateways_in_ipv6_route(std::string_view text);
// The name servers in the text of a resolv.conf.
std::vector<base::Network> resolvers_in(std::string_view text);

class Lifelines {
 public:
  static constexpr base::Seconds kKept = 30;
  static constexpr size_t kMaxFileBytes = 4
                                          << 20;  // of one file; a router's routes are not read on

  // "the default gateway" or "a resolver"; nothing for an address that is neither. A network counts
  // as what is in it.
  std::optional<std::string> role_of(const base::Network& network, base::UnixTime now);

 private:
  void read();

  std::map<base::Network, std::string> roles_;
  base::UnixTime known_until_ = 0;
};

}  // namespace gaoler::sys
