// Messages about sets and their elements, as nftables' netlink wants them, and the arithmetic of
// ranges.
//
// Pure: they are built here and sent elsewhere (nft_elements.h). An element of an interval set is
// its first address and a mark at the one behind its last.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <libnftnl/set.h>
#include <linux/netlink.h>
#include <memory>
#include <optional>
#include <string_view>

#include "base/ip.h"
#include "sys/nft_element_change.h"

namespace gaoler::sys {

// Room for one message about one element: header, names of up to 256 bytes, two keys.
constexpr size_t kMaxMessageBytes = 2048;
struct MessageBuffer {
  alignas(nlmsghdr) std::array<char, kMaxMessageBytes> bytes{};
  char* data() { return bytes.data(); }
};

using NftKey = std::array<uint8_t, 16>;

struct FreeSet {
  void operator()(nftnl_set* set) const { nftnl_set_free(set); }
};
using SetPtr = std::unique_ptr<nftnl_set, FreeSet>;

uint16_t family_number(std::string_view family);

// A set of the change's table and name, to put keys into.
SetPtr named_set(const NftElementChange& change);
void add_key(nftnl_set* set, const NftKey& key, size_t bytes, uint32_t flags);
size_t key_bytes(const base::Network& network);

// The message that makes the change; its length.
size_t build_change(MessageBuffer& buffer, const NftElementChange& change, bool interval,
                    uint32_t sequence, bool acknowledge);

// auto-merge lives in a note of nft's own: it changes elements that are there when one is added.
bool merges_elements(const nftnl_set* set);

// The first address behind the network; nothing if it reaches to the end of all addresses.
std::optional<NftKey> end_of(const base::Network& network);
NftKey last_of(const base::Network& network);
// The network that begins with the address and ends before `end`.
std::optional<base::Network> network_of(const base::Network& first, const NftKey& end);

}  // namespace gaoler::sys
