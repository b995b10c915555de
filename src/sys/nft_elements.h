// NftElements: adds and deletes addresses of named nftables sets by netlink, many in one
// transaction.
//
// Same meaning as `nft add element` and `nft delete element`: adding one that is there is no error,
// deleting one that is not there is. Changes that the kernel refuses are taken out and the others
// made without them, so that a bad one takes no other with it. What cannot be said in this way
// (maps, concatenations, auto-merge, sets that do not exist) is not tried: `for_nft`. Blocking,
// though for milliseconds; owned and used by one thread.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sys/nft_element_change.h"
#include "sys/nft_sets.h"

namespace gaoler::sys {

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

  // One outcome for each change, which are made in their order.
  std::vector<Outcome> apply(const std::vector<NftElementChange>& changes);

  // What the sets hold.
  NftSets& sets() { return sets_; }
  // Is the ruleset another one than after the last apply()?
  bool changed_by_others();

 private:
  using Indexes = std::vector<size_t>;
  using Replies = NftSocket::Replies;  // errors later by index of the change

  explicit NftElements(NftSets sets) : sets_(std::move(sets)) {}

  void apply_some(const std::vector<NftElementChange>& changes, Indexes indexes,
                  std::vector<Outcome>& outcomes);
  static void leave_to_nft_too(const std::vector<NftElementChange>& changes, size_t first,
                               Indexes& indexes, std::vector<Outcome>& outcomes);
  // One transaction, again if the ruleset has changed; changes that cannot be made any more leave
  // `indexes`.
  Replies transact(const std::vector<NftElementChange>& changes, Indexes& indexes,
                   std::vector<Outcome>& outcomes);
  Replies send_batch(const std::vector<NftElementChange>& changes, const Indexes& indexes);
  Outcome refused(const NftElementChange& change, int error);

  NftSets sets_;
};

}  // namespace gaoler::sys
