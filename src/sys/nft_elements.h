// NftElements: adds and deletes addresses of named nftables sets by netlink, many in one
// transaction.
//
// Same meaning as `nft add element` and `nft delete element`: adding one that is there is no error,
// deleting one that is not there is. If a transaction is refused its changes are made one by one,
// so that a bad one takes no other with it. Sets that are not plain sets of IPv4 or IPv6 addresses
// (maps, concatenations, auto-merge) are not done here: `unsupported`. Blocking; owned and used by
// one thread. What is known of the sets is kept until forget().
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/ip.h"
#include "base/result.h"

struct mnl_socket;

namespace gaoler::sys {

struct NftElementChange {
  bool add = true;
  std::string family;  // "inet", "ip", "ip6", "arp", "bridge", "netdev"
  std::string table;
  std::string set;
  base::Network network;
};

class NftElements {
 public:
  // A transaction holds no more changes than this, and no more bytes than the socket takes.
  static constexpr size_t kMaxChanges = 5000;

  struct Outcome {
    base::Result<void> result;
    bool unsupported = false;  // nothing was tried: libnftables has to do it
  };

  static base::Result<NftElements> open();

  std::vector<Outcome> apply(const std::vector<NftElementChange>& changes);

  // Tables or sets may have been changed by others.
  void forget() { sets_.clear(); }

 private:
  struct SetInfo {
    uint32_t key_type = 0;
    bool interval = false;
    bool supported = false;
  };
  using SetName = std::tuple<std::string, std::string, std::string>;  // family, table, set

  std::map<SetName, SetInfo> sets_;
};

}  // namespace gaoler::sys
