// NftSets: what the kernel's sets are and what they hold, asked by netlink.
//
// Changes nothing. What is known of the sets is kept as long as nobody else changes the ruleset;
// elements are asked for each time. `like` names the set and, by its network, the kind of its
// addresses. Blocking, though for milliseconds; owned and used by one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ip.h"
#include "sys/nft_element_change.h"
#include "sys/nft_message.h"
#include "sys/nft_socket.h"

struct nftnl_set_elem;

namespace gaoler::sys {

class NftSets {
 public:
  struct Info {
    uint32_t key_type = 0;
    bool interval = false;
    bool plain = false;  // exists, and is nothing but a set of single keys or ranges
  };

  explicit NftSets(NftSocket socket) : socket_(std::move(socket)) {}

  NftSocket& socket() { return socket_; }

  // The ruleset's number, asked anew. False where the kernel has no nftables or does not let us.
  bool query_generation();
  uint32_t generation() const { return generation_; }
  // A transaction of ours, which changes no set itself, has made it the next.
  void count_our_generation() { generation_ = generation_ + 1 == 0 ? 1 : generation_ + 1; }

  const Info& info(const NftElementChange& like);
  // Can the change be said by the marks of one range, and mean what nft means by it?
  bool can_do(const NftElementChange& change);

  // Is exactly this network in the set?
  bool holds(const NftElementChange& like);
  // Does one larger element, one with an end, hold all of the network?
  bool is_covered(const NftElementChange& like);
  // The elements inside of the network, in order; nothing too if some of them are ranges that no
  // network can say. Reads the whole set.
  std::vector<base::Network> inside(const NftElementChange& like);
  // All elements, as far as networks can say them, in order; nothing if the set is not there or not
  // one for such addresses.
  std::optional<std::vector<base::Network>> list(const NftElementChange& like);

 private:
  using SetName = std::tuple<std::string, std::string, std::string>;  // family, table, set
  struct Mark;

  Info query_info(const NftElementChange& like);
  std::optional<NftKey> range_around(const NftElementChange& like, const NftKey& key);
  static int note_mark(nftnl_set_elem* element, void* marks);
  // In order.
  std::optional<std::vector<Mark>> read_marks(const NftElementChange& like);

  NftSocket socket_;
  uint32_t generation_ = 0;  // of the ruleset, for which sets_ holds
  std::map<SetName, Info> sets_;
};

}  // namespace gaoler::sys
