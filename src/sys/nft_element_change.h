// NftElementChange: one address or network that a named set is to get or to lose. A value.
#pragma once

#include <string>

#include "base/ip.h"

namespace gaoler::sys {

struct NftElementChange {
  bool add = true;
  std::string family;  // "inet", "ip", "ip6", "arp", "bridge", "netdev"
  std::string table;
  std::string set;
  base::Network network;

  // As a command of nft.
  std::string text() const {
    return (add ? "add" : "delete") + (" element " + family) + " " + table + " " + set + " { " +
           network.text() + " }";
  }
  bool same_element(const NftElementChange& other) const {
    return network == other.network && set == other.set && table == other.table &&
           family == other.family;
  }
};

}  // namespace gaoler::sys
