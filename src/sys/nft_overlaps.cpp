#include "sys/nft_overlaps.h"

#include <utility>

namespace gaoler::sys {
namespace {

NftElementChange like(const NftElementChange& change, bool add, const base::Network& network) {
  return {add, change.family, change.table, change.set, network};
}

}  // namespace

std::vector<NftOverlaps::Outcome> NftOverlaps::apply(const std::vector<NftElementChange>& changes) {
  if (!covered_.empty() && elements_.changed_by_others()) forget_uncovered();
  std::vector<Outcome> outcomes(changes.size());
  std::vector<size_t> plain;
  for (size_t i = 0; i < changes.size(); ++i) {
    if (!concerns_covered(changes[i])) {
      plain.push_back(i);
      continue;
    }
    apply_plain(changes, std::exchange(plain, {}), outcomes);
    outcomes[i] = apply_one(changes[i]);
  }
  apply_plain(changes, std::move(plain), outcomes);
  return outcomes;
}

// Together; what was refused for an overlap then alone, and with it what came after it and may have
// failed for that.
void NftOverlaps::apply_plain(const std::vector<NftElementChange>& changes,
                              std::vector<size_t> indexes, std::vector<Outcome>& outcomes) {
  if (indexes.empty()) return;
  std::vector<NftElementChange> together;
  together.reserve(indexes.size());
  for (const size_t index : indexes) together.push_back(changes[index]);
  auto results = elements_.apply(together);
  bool overlapped = false;
  for (size_t i = 0; i < results.size(); ++i) {
    const bool failed = results[i].for_nft || !results[i].result;
    if (results[i].overlap) {
      overlapped = true;
      results[i] = add_overlapping(together[i]);
    } else if (overlapped && failed && !together[i].add) {
      results[i] = apply_one(together[i]);
    }
    outcomes[indexes[i]] = std::move(results[i]);
  }
}

NftOverlaps::Outcome NftOverlaps::apply_alone(const NftElementChange& change) {
  return std::move(elements_.apply({change})[0]);
}

NftOverlaps::Outcome NftOverlaps::apply_one(const NftElementChange& change) {
  const Networks* covered = covered_in(change);
  if (covered == nullptr || !covered->contains(change.network)) {
    return change.add ? apply_alone(change) : uncover(change);
  }
  if (elements_.sets().is_covered(change)) {
    if (!change.add) forget(change, change.network);
    return {};
  }
  forget(change, change.network);
  return apply_alone(change);
}

NftOverlaps::Outcome NftOverlaps::add_overlapping(const NftElementChange& change) {
  if (elements_.sets().is_covered(change)) {
    remember(change, change.network);
    return {};
  }
  const auto inside = elements_.sets().inside(change);
  if (inside.empty()) return apply_alone(change);
  return cover(change, inside);
}

// Puts a network in the place of what is inside of it, in one transaction if it is not huge.
NftOverlaps::Outcome NftOverlaps::cover(const NftElementChange& change,
                                        const std::vector<base::Network>& inside) {
  std::vector<NftElementChange> swap;
  for (const auto& network : inside) swap.push_back(like(change, false, network));
  swap.push_back(change);
  auto outcomes = elements_.apply(swap);
  Outcome outcome = std::move(outcomes.back());
  if (outcome.result && !outcome.for_nft) {
    for (const auto& network : inside) remember(change, network);
    return outcome;
  }
  std::vector<NftElementChange> back;
  for (const auto& network : inside) back.push_back(like(change, true, network));
  elements_.apply(back);
  return outcome;
}

// Deletes a network and puts in its place the outermost of those it has covered.
NftOverlaps::Outcome NftOverlaps::uncover(const NftElementChange& change) {
  std::vector<NftElementChange> swap{change};
  if (const Networks* covered = covered_in(change)) {
    auto one = covered->lower_bound(change.network);
    for (; one != covered->end() && change.network.contains(*one); ++one) {
      const bool nested = swap.size() > 1 && swap.back().network.contains(*one);
      if (!nested) swap.push_back(like(change, true, *one));
    }
  }
  auto outcomes = elements_.apply(swap);
  for (size_t i = 1; i < swap.size(); ++i) {
    if (outcomes[i].result && !outcomes[i].for_nft) forget(change, swap[i].network);
  }
  return std::move(outcomes[0]);
}

NftOverlaps::Networks* NftOverlaps::covered_in(const NftElementChange& change) {
  if (covered_.empty()) return nullptr;
  const auto found = covered_.find(SetName(change.family, change.table, change.set));
  return found == covered_.end() ? nullptr : &found->second;
}

void NftOverlaps::remember(const NftElementChange& change, const base::Network& network) {
  covered_[SetName(change.family, change.table, change.set)].insert(network);
}

void NftOverlaps::forget(const NftElementChange& change, const base::Network& network) {
  Networks* covered = covered_in(change);
  if (covered == nullptr) return;
  covered->erase(network);
  if (covered->empty()) covered_.erase(SetName(change.family, change.table, change.set));
}

bool NftOverlaps::concerns_covered(const NftElementChange& change) {
  const Networks* covered = covered_in(change);
  if (covered == nullptr) return false;
  const auto next = covered->lower_bound(change.network);
  if (next == covered->end()) return false;
  return change.add ? *next == change.network : change.network.contains(*next);
}

// Somebody has changed the ruleset, or we have flushed a set: a cover may be gone.
void NftOverlaps::forget_uncovered() {
  std::vector<NftElementChange> gone;
  for (const auto& [name, networks] : covered_) {
    const auto& [family, table, set] = name;
    for (const auto& network : networks) {
      const NftElementChange one{true, family, table, set, network};
      if (!elements_.sets().is_covered(one)) gone.push_back(one);
    }
  }
  for (const auto& one : gone) forget(one, one.network);
}

}  // namespace gaoler::sys
