// NftOverlaps: elements of interval sets that lie inside each other.
//
// The kernel takes no element that overlaps another one. Here a network and addresses inside it can
// both be added: the kernel gets the outermost, and the covered ones come back when their cover is
// deleted. Without overlaps nothing is remembered and each change is what NftElements makes of it.
// What is remembered is believed only as long as the kernel has a cover for it: after changes by
// others that is looked up. Covers that reach to the end of all addresses are left to nft, which
// refuses the overlap. Owned and used by one thread, as NftElements.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sys/nft_elements.h"

namespace gaoler::sys {

class NftOverlaps {
 public:
  using Outcome = NftElements::Outcome;

  explicit NftOverlaps(NftElements elements) : elements_(std::move(elements)) {}

  // What the kernel holds: without the covered ones. As NftSets::list().
  std::optional<std::vector<base::Network>> list(const NftElementChange& like) {
    return elements_.sets().list(like);
  }

  // One outcome for each change, which are made in their order.
  std::vector<Outcome> apply(const std::vector<NftElementChange>& changes);

 private:
  using SetName = std::tuple<std::string, std::string, std::string>;  // family, table, set
  // In their order those inside of a network follow it.
  using Networks = std::set<base::Network>;

  Networks* covered_in(const NftElementChange& change);
  void remember(const NftElementChange& change, const base::Network& network);
  void forget(const NftElementChange& change, const base::Network& network);
  bool concerns_covered(const NftElementChange& change);
  void forget_uncovered();

  void apply_plain(const std::vector<NftElementChange>& changes, std::vector<size_t> indexes,
                   std::vector<Outcome>& outcomes);
  Outcome apply_one(const NftElementChange& change);
  Outcome apply_alone(const NftElementChange& change);
  Outcome add_overlapping(const NftElementChange& change);
  Outcome cover(const NftElementChange& change, const std::vector<base::Network>& inside);
  Outcome uncover(const NftElementChange& change);

  NftElements elements_;
  std::map<SetName, Networks> covered_;  // no set without members
};

}  // namespace gaoler::sys
