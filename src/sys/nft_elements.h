// NftElements: adds and deletes addresses of named nftables sets by netlink, many in one
// transaction.
//
// Same meaning as `nft add element` and `nft delete element`: adding one that is there is no error,
// deleting one that is not there is. Changes that the kernel refuses are taken out and the others
// made without them, so that a bad one takes no other with it. What cannot be said in this way
// (maps, concatenations, auto-merge, sets that do not exist) is not tried: `for_nft`. Blocking,
// though for milliseconds; owned and used by one thread. What is known of the sets is kept until
// forget().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ip.h"
#include "base/result.h"

struct mnl_socket;
struct nftnl_set_elem;
struct nlmsghdr;

namespace gaoler::sys {

struct NftElementChange {
  bool add = true;
  std::string family;  // "inet", "ip", "ip6", "arp", "bridge", "netdev"
  std::string table;
  std::string set;
  base::Network network;

  std::string text() const;  // as a command of nft
  bool same_element(const NftElementChange& other) const {
    return network == other.network && set == other.set && table == other.table &&
           family == other.family;
  }
};

class NftElements {
 public:
  // Of one transaction; the bytes are further limited by what the socket takes.
  static constexpr size_t kMaxChanges = 5000;
  static constexpr size_t kMaxBatchBytes = 1 << 20;
  // Transactions tried with the refused changes taken out before they are made one by one, and
  // tried again because somebody else changed the ruleset meanwhile.
  static constexpr int kMaxRounds = 8;

  struct Outcome {
    base::Result<void> result;
    bool for_nft = false;  // nothing was changed: libnftables has to do it, or to tell why not
    bool overlap = false;  // an add was refused because of elements that overlap it
  };

  // Refused when the kernel has no nftables or does not let us.
  static base::Result<NftElements> open();
  NftElements(NftElements&&) noexcept;
  NftElements& operator=(NftElements&&) noexcept;
  ~NftElements();

  // One outcome for each change, which are made in their order.
  std::vector<Outcome> apply(const std::vector<NftElementChange>& changes);

  // The elements of the set that `like` names, as far as networks can say them, in order; nothing
  // if it is not there or not one for such addresses.
  std::optional<std::vector<base::Network>> list(const NftElementChange& like);

  // For those who look after overlaps (nft_overlaps.h), of an interval set:
  // Is the ruleset another one than after the last apply()?
  bool changed_by_others();
  // Does one larger element, one with an end, hold all of the network?
  bool is_covered(const NftElementChange& change);
  // The elements inside of the network, in order; nothing too if some of them are ranges that no
  // network can say. Reads the whole set.
  std::vector<base::Network> inside(const NftElementChange& change);

 private:
  struct CloseSocket {
    void operator()(mnl_socket* socket) const;
  };
  struct SetInfo {
    uint32_t key_type = 0;
    bool interval = false;
    bool plain = false;  // exists, and is nothing but a set of single keys or ranges
  };
  using SetName = std::tuple<std::string, std::string, std::string>;  // family, table, set
  using Indexes = std::vector<size_t>;
  using Key = std::array<uint8_t, 16>;
  struct Replies;

  explicit NftElements(std::unique_ptr<mnl_socket, CloseSocket> socket);

  // Sends a question; the first message of the answer, or nothing with the reason in errno.
  const nlmsghdr* ask(nlmsghdr* question);
  bool query_generation();
  const SetInfo& set_info(const NftElementChange& change);
  SetInfo query_set(const NftElementChange& change);
  bool can_do(const NftElementChange& change);
  std::optional<Key> range_around(const NftElementChange& change, const Key& key);
  bool holds(const NftElementChange& change);
  struct Mark;
  static int note_mark(nftnl_set_elem* element, void* marks);
  std::optional<std::vector<Mark>> read_marks(const NftElementChange& change);

  void apply_some(const std::vector<NftElementChange>& changes, Indexes indexes,
                  std::vector<Outcome>& outcomes);
  static void leave_to_nft_too(const std::vector<NftElementChange>& changes, size_t first,
                               Indexes& indexes, std::vector<Outcome>& outcomes);
  // One transaction, again if the ruleset has changed; changes that cannot be made any more leave
  // `indexes`.
  Replies transact(const std::vector<NftElementChange>& changes, Indexes& indexes,
                   std::vector<Outcome>& outcomes);
  Replies send_batch(const std::vector<NftElementChange>& changes, const Indexes& indexes);
  Replies read_replies();
  Outcome refused(const NftElementChange& change, int error);

  std::unique_ptr<mnl_socket, CloseSocket> socket_;
  size_t max_bytes_ = 0;
  uint32_t sequence_ = 1;
  uint32_t generation_ = 0;  // of the ruleset, for which sets_ holds
  std::vector<char> answer_;
  std::map<SetName, SetInfo> sets_;
};

}  // namespace gaoler::sys
