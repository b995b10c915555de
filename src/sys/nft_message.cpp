#include "sys/nft_message.h"

#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <utility>

#include "sys/nft_element_change.h"

namespace gaoler::sys {

uint16_t family_number(std::string_view family) {
  constexpr std::pair<std::string_view, uint16_t> kNumbers[] = {
      {"inet", NFPROTO_INET}, {"ip", NFPROTO_IPV4},       {"ip6", NFPROTO_IPV6},
      {"arp", NFPROTO_ARP},   {"bridge", NFPROTO_BRIDGE}, {"netdev", NFPROTO_NETDEV}};
  for (const auto& [name, number] : kNumbers) {
    if (name == family) return number;
  }
  return NFPROTO_UNSPEC;
}

SetPtr named_set(const NftElementChange& change) {
  SetPtr set(nftnl_set_alloc());
  nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, change.table.c_str());
  nftnl_set_set_str(set.get(), NFTNL_SET_NAME, change.set.c_str());
  return set;
}

void add_key(nftnl_set* set, const NftKey& key, size_t bytes, uint32_t flags) {
  nftnl_set_elem* element = nftnl_set_elem_alloc();
  nftnl_set_elem_set(element, NFTNL_SET_ELEM_KEY, key.data(), static_cast<uint32_t>(bytes));
  if (flags != 0) nftnl_set_elem_set_u32(element, NFTNL_SET_ELEM_FLAGS, flags);
  nftnl_set_elem_add(set, element);
}

size_t key_bytes(const base::Network& network) {
  return static_cast<size_t>(network.bits()) / 8;
}

namespace {

void add_elements(nftnl_set* set, const base::Network& network, bool interval) {
  add_key(set, network.bytes(), key_bytes(network), 0);
  if (!interval) return;
  const auto end = end_of(network);
  if (end) add_key(set, *end, key_bytes(network), NFT_SET_ELEM_INTERVAL_END);
}

}  // namespace

size_t build_change(MessageBuffer& buffer, const NftElementChange& change, bool interval,
                    uint32_t sequence, bool acknowledge) {
  const SetPtr set = named_set(change);
  add_elements(set.get(), change.network, interval);
  const int type = change.add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM;
  // A range that shares one mark with another must not pass as "already there": see holds().
  const int creation = interval ? NLM_F_CREATE | NLM_F_EXCL : NLM_F_CREATE;
  const int flags = (change.add ? creation : 0) | (acknowledge ? NLM_F_ACK : 0);
  nlmsghdr* header =
      nftnl_nlmsg_build_hdr(buffer.data(), static_cast<uint16_t>(type),
                            family_number(change.family), static_cast<uint16_t>(flags), sequence);
  nftnl_set_elems_nlmsg_build_payload(header, set.get());
  return header->nlmsg_len;
}

bool merges_elements(const nftnl_set* set) {
  uint32_t length = 0;
  const void* data = nftnl_set_get_data(set, NFTNL_SET_USERDATA, &length);
  if (data == nullptr) return false;
  bool merges = false;
  const auto look = [](const nftnl_udata* attribute, void* found) {
    if (nftnl_udata_type(attribute) == NFTNL_UDATA_SET_MERGE_ELEMENTS &&
        nftnl_udata_len(attribute) == sizeof(uint32_t)) {
      *static_cast<bool*>(found) = nftnl_udata_get_u32(attribute) != 0;
    }
    return 0;
  };
  nftnl_udata_parse(data, length, look, &merges);
  return merges;
}

std::optional<NftKey> end_of(const base::Network& network) {
  NftKey key = network.bytes();
  if (network.prefix() == 0) return std::nullopt;
  size_t at = static_cast<size_t>(network.prefix() - 1) / 8;
  const int bit = 1 << (7 - (network.prefix() - 1) % 8);
  int sum = key[at] + bit;
  while (true) {
    key[at] = static_cast<uint8_t>(sum);
    if (sum <= 0xFF) return key;
    if (at == 0) return std::nullopt;
    sum = key[--at] + 1;
  }
}

NftKey last_of(const base::Network& network) {
  NftKey key = network.bytes();
  for (int bit = network.prefix(); bit < network.bits(); ++bit) {
    uint8_t& byte = key[static_cast<size_t>(bit) / 8];
    byte = static_cast<uint8_t>(byte | (0x80 >> (bit % 8)));
  }
  return key;
}

std::optional<base::Network> network_of(const base::Network& first, const NftKey& end) {
  for (int prefix = first.bits(); prefix > 0; --prefix) {
    const base::Network network = first.masked(prefix);
    if (network.bytes() != first.bytes()) return std::nullopt;
    if (end_of(network) == end) return network;
  }
  return std::nullopt;
}

}  // namespace gaoler::sys
