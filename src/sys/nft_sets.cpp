#include "sys/nft_sets.h"

#include <algorithm>
#include <cstring>
#include <libnftnl/common.h>
#include <libnftnl/gen.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <memory>
#include <sys/socket.h>
#include <utility>

namespace gaoler::sys {
namespace {

// nft's numbers of the data types of keys.
constexpr uint32_t kTypeIpv4 = 7;
constexpr uint32_t kTypeIpv6 = 8;

uint32_t key_type(const base::Network& network) {
  return network.family() == base::Family::inet4 ? kTypeIpv4 : kTypeIpv6;
}

}  // namespace

bool NftSets::query_generation() {
  MessageBuffer buffer;
  const nlmsghdr* answer =
      socket_.ask(nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETGEN, AF_UNSPEC, 0, 0));
  if (answer == nullptr) return false;
  const std::unique_ptr<nftnl_gen, void (*)(const nftnl_gen*)> gen(nftnl_gen_alloc(),
                                                                   nftnl_gen_free);
  if (nftnl_gen_nlmsg_parse(answer, gen.get()) < 0) return false;
  const uint32_t generation = nftnl_gen_get_u32(gen.get(), NFTNL_GEN_ID);
  if (generation != generation_) sets_.clear();
  generation_ = generation;
  return true;
}

const NftSets::Info& NftSets::info(const NftElementChange& like) {
  const SetName name(like.family, like.table, like.set);
  const auto known = sets_.find(name);
  if (known != sets_.end()) return known->second;
  return sets_.emplace(name, query_info(like)).first->second;
}

NftSets::Info NftSets::query_info(const NftElementChange& like) {
  const SetPtr set = named_set(like);
  MessageBuffer buffer;
  nlmsghdr* question =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSET, family_number(like.family), 0, 0);
  nftnl_set_nlmsg_build_payload(question, set.get());
  const nlmsghdr* answer = socket_.ask(question);
  const SetPtr found(nftnl_set_alloc());
  if (answer == nullptr || nftnl_set_nlmsg_parse(answer, found.get()) < 0) return {};
  constexpr uint32_t kPlainFlags = NFT_SET_INTERVAL | NFT_SET_TIMEOUT | NFT_SET_EVAL;
  const uint32_t flags = nftnl_set_get_u32(found.get(), NFTNL_SET_FLAGS);
  Info info;
  info.key_type = nftnl_set_get_u32(found.get(), NFTNL_SET_KEY_TYPE);
  info.interval = (flags & NFT_SET_INTERVAL) != 0;
  info.plain = (flags & ~kPlainFlags) == 0 && !nftnl_set_is_set(found.get(), NFTNL_SET_EXPR) &&
               !nftnl_set_is_set(found.get(), NFTNL_SET_EXPRESSIONS) &&
               !merges_elements(found.get());
  return info;
}

bool NftSets::can_do(const NftElementChange& change) {
  if (change.table.size() >= NFT_NAME_MAXLEN || change.set.size() >= NFT_NAME_MAXLEN) return false;
  const Info& info = this->info(change);
  if (!info.plain) return false;
  if (info.key_type != key_type(change.network)) return false;
  if (change.network.is_single()) return true;
  // The marks of a network may be those of two others; only what is there as a whole can be deleted
  // by its marks. And the kernel does not see all overlaps of a range without an end.
  return info.interval && end_of(change.network) && (change.add || holds(change));
}

// Where the range begins that an address is in.
std::optional<NftKey> NftSets::range_around(const NftElementChange& like, const NftKey& key) {
  const SetPtr set = named_set(like);
  add_key(set.get(), key, key_bytes(like.network), 0);
  MessageBuffer buffer;
  nlmsghdr* question =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSETELEM, family_number(like.family), 0, 0);
  nftnl_set_elems_nlmsg_build_payload(question, set.get());
  const nlmsghdr* answer = socket_.ask(question);
  const SetPtr found(nftnl_set_alloc());
  if (answer == nullptr || nftnl_set_elems_nlmsg_parse(answer, found.get()) < 0)
    return std::nullopt;
  std::optional<NftKey> start;
  nftnl_set_elem_foreach(
      found.get(),
      [](nftnl_set_elem* element, void* out) {
        uint32_t length = 0;
        const void* bytes = nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &length);
        if (bytes == nullptr || length > sizeof(NftKey)) return 0;
        NftKey found_key{};
        std::memcpy(found_key.data(), bytes, length);
        static_cast<std::optional<NftKey>*>(out)->emplace(found_key);
        return 0;
      },
      &start);
  return start;
}

// Is exactly this range in the set: its first and last address in one range that begins with the
// first, and the next address not in it?
bool NftSets::holds(const NftElementChange& like) {
  const NftKey& start = like.network.bytes();
  if (range_around(like, start) != start) return false;
  if (range_around(like, last_of(like.network)) != start) return false;
  const auto end = end_of(like.network);
  return !end || range_around(like, *end) != start;
}

bool NftSets::is_covered(const NftElementChange& like) {
  const auto cover = range_around(like, like.network.bytes());
  if (!cover || range_around(like, last_of(like.network)) != cover || holds(like)) {
    return false;
  }
  NftKey last{};
  last.fill(0xFF);
  return range_around(like, last) != cover;
}

// One end of a range in a set, as the kernel keeps them.
struct NftSets::Mark {
  NftKey key{};
  bool begins = false;

  // Where one range ends and the next begins, the end comes first.
  auto operator<=>(const Mark&) const = default;
};

std::optional<std::vector<NftSets::Mark>> NftSets::read_marks(const NftElementChange& like) {
  const SetPtr set = named_set(like);
  MessageBuffer buffer;
  nlmsghdr* question = nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSETELEM,
                                             family_number(like.family), NLM_F_DUMP, 0);
  nftnl_set_elems_nlmsg_build_payload(question, set.get());
  std::vector<Mark> marks;
  const bool all = socket_.ask_for_all(question, [&](const nlmsghdr* message) {
    const SetPtr part(nftnl_set_alloc());
    if (nftnl_set_elems_nlmsg_parse(message, part.get()) < 0) return false;
    nftnl_set_elem_foreach(part.get(), note_mark, &marks);
    return true;
  });
  if (!all) return std::nullopt;
  std::sort(marks.begin(), marks.end());
  return marks;
}

int NftSets::note_mark(nftnl_set_elem* element, void* marks) {
  uint32_t length = 0;
  const void* bytes = nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &length);
  if (bytes == nullptr || length > sizeof(NftKey)) return 0;
  Mark mark;
  std::memcpy(mark.key.data(), bytes, length);
  const uint32_t flags = nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_FLAGS)
                             ? nftnl_set_elem_get_u32(element, NFTNL_SET_ELEM_FLAGS)
                             : 0;
  mark.begins = (flags & NFT_SET_ELEM_INTERVAL_END) == 0;
  static_cast<std::vector<Mark>*>(marks)->push_back(mark);
  return 0;
}

std::vector<base::Network> NftSets::inside(const NftElementChange& like) {
  const auto marks = read_marks(like);
  if (!marks) return {};
  std::vector<base::Network> found;
  for (size_t i = 0; i + 1 < marks->size(); ++i) {
    const Mark& begin = (*marks)[i];
    const Mark& end = (*marks)[i + 1];
    const auto first =
        base::Network::from_bytes(like.network.family(), begin.key.data(), like.network.bits());
    if (!begin.begins || !like.network.contains(first)) continue;
    const auto network = end.begins ? std::nullopt : network_of(first, end.key);
    if (!network) return {};
    found.push_back(*network);
  }
  return found;
}

std::optional<std::vector<base::Network>> NftSets::list(const NftElementChange& like) {
  query_generation();
  const base::Family family = like.network.family();
  const Info info = this->info(like);
  if (!info.plain || info.key_type != key_type(like.network)) return std::nullopt;
  const auto marks = read_marks(like);
  if (!marks) return std::nullopt;
  std::vector<base::Network> found;
  for (size_t i = 0; i < marks->size(); ++i) {
    const Mark& begin = (*marks)[i];
    if (!begin.begins) continue;
    const auto first = base::Network::from_bytes(family, begin.key.data(), like.network.bits());
    if (!info.interval) {
      found.push_back(first);
    } else if (i + 1 < marks->size() && !(*marks)[i + 1].begins) {
      if (const auto network = network_of(first, (*marks)[i + 1].key)) found.push_back(*network);
    }
  }
  return found;
}

}  // namespace gaoler::sys
