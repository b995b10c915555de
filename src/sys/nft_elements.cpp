#include "sys/nft_elements.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <utility>

#include "sys/nft_message.h"

namespace gaoler::sys {

base::Result<NftElements> NftElements::open() {
  auto socket = NftSocket::open();
  if (!socket) return socket.error();
  NftElements elements{NftSets(std::move(*socket))};
  if (elements.sets_.query_generation()) return elements;
  const bool not_allowed = errno == EPERM;
  return base::Error{std::string("the kernel refuses nftables requests: ") + strerror(errno) +
                     (not_allowed ? "; the server needs CAP_NET_ADMIN" : "")};
}

bool NftElements::changed_by_others() {
  const uint32_t known = sets_.generation();
  return !sets_.query_generation() || sets_.generation() != known;
}

std::vector<NftElements::Outcome> NftElements::apply(const std::vector<NftElementChange>& changes) {
  sets_.query_generation();
  const size_t max_bytes = std::min(kMaxBatchBytes, sets_.socket().max_bytes());
  std::vector<Outcome> outcomes(changes.size());
  Indexes indexes;
  size_t bytes = 0;
  const auto apply_collected = [&] {
    if (!indexes.empty()) apply_some(changes, std::exchange(indexes, {}), outcomes);
    bytes = 0;
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    // The message holds the names, two keys and some twenty headers of four bytes.
    const size_t weight = changes[i].table.size() + changes[i].set.size() + 160;
    if (!sets_.can_do(changes[i])) {
      outcomes[i].for_nft = true;
      continue;
    }
    if (indexes.size() == kMaxChanges || bytes + weight + 256 > max_bytes) apply_collected();
    bytes += weight;
    indexes.push_back(i);
  }
  apply_collected();
  return outcomes;
}

void NftElements::apply_some(const std::vector<NftElementChange>& changes, Indexes indexes,
                             std::vector<Outcome>& outcomes) {
  for (int round = 0; round < kMaxRounds && !indexes.empty(); ++round) {
    const Replies replies = transact(changes, indexes, outcomes);
    if (replies.ok()) return;
    if (replies.whole_error != 0) break;
    for (const auto& [index, error] : replies.errors) {
      outcomes[index] = refused(changes[index], error);
      std::erase(indexes, index);
      if (outcomes[index].for_nft) leave_to_nft_too(changes, index, indexes, outcomes);
    }
  }
  for (const size_t index : indexes) {
    Indexes alone = {index};
    const Replies replies = transact(changes, alone, outcomes);
    if (replies.ok()) continue;
    const int error = replies.errors.empty() ? replies.whole_error : replies.errors[0].second;
    outcomes[index] = refused(changes[index], error);
  }
}

// Later changes of the same element must not overtake one that is done elsewhere.
void NftElements::leave_to_nft_too(const std::vector<NftElementChange>& changes, size_t first,
                                   Indexes& indexes, std::vector<Outcome>& outcomes) {
  std::erase_if(indexes, [&](size_t index) {
    const bool same = index > first && changes[index].same_element(changes[first]);
    if (same) outcomes[index].for_nft = true;
    return same;
  });
}

NftElements::Replies NftElements::transact(const std::vector<NftElementChange>& changes,
                                           Indexes& indexes, std::vector<Outcome>& outcomes) {
  Replies replies;
  for (int round = 0; round < kMaxRounds && !indexes.empty(); ++round) {
    replies = send_batch(changes, indexes);
    if (replies.whole_error != ERESTART) return replies;
    sets_.query_generation();
    std::erase_if(indexes, [&](size_t index) {
      outcomes[index].for_nft = !sets_.can_do(changes[index]);
      return outcomes[index].for_nft;
    });
  }
  return indexes.empty() ? Replies{} : replies;
}

NftElements::Replies NftElements::send_batch(const std::vector<NftElementChange>& changes,
                                             const Indexes& indexes) {
  NftSocket& socket = sets_.socket();
  std::string batch;
  MessageBuffer buffer;
  nlmsghdr* begin = nftnl_batch_begin(buffer.data(), socket.next_sequence());
  mnl_attr_put_u32(begin, NFNL_BATCH_GENID, htonl(sets_.generation()));
  batch.append(buffer.data(), begin->nlmsg_len);
  const uint32_t first = begin->nlmsg_seq + 1;
  for (const size_t index : indexes) {
    const bool last = index == indexes.back();
    const auto bytes = build_change(buffer, changes[index], sets_.info(changes[index]).interval,
                                    socket.next_sequence(), last);
    batch.append(buffer.data(), bytes);
  }
  const uint32_t end = socket.next_sequence();
  batch.append(buffer.data(), nftnl_batch_end(buffer.data(), end)->nlmsg_len);

  Replies replies = socket.send(batch);
  if (replies.whole_error != 0) return replies;
  // An error about the transaction names its beginning.
  for (const auto& [sequence, error] : replies.errors) {
    if (sequence < first || sequence >= end) replies.whole_error = error;
  }
  if (replies.whole_error == 0 && replies.highest < end - 1) replies.whole_error = EIO;
  if (replies.ok()) sets_.count_our_generation();
  for (auto& [sequence, error] : replies.errors) {
    if (replies.whole_error == 0) sequence = static_cast<uint32_t>(indexes[sequence - first]);
  }
  return replies;
}

NftElements::Outcome NftElements::refused(const NftElementChange& change, int error) {
  const NftSets::Info info = sets_.info(change);
  if (!info.plain) return {{}, true};
  if (error == EEXIST && info.interval && change.add && sets_.holds(change)) return {};
  const std::string command = "\n" + change.text();
  if (change.add && info.interval && (error == ENOTEMPTY || error == EEXIST)) {
    return {base::Error{"Error: interval overlaps with an existing one" + command}, false, true};
  }
  return {base::Error{"Error: Could not process rule: " + std::string(strerror(error)) + command},
          false};
}

}  // namespace gaoler::sys
