#include "sys/nft_elements.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/gen.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <numeric>
#include <sys/socket.h>
#include <utility>

#include "sys/nft_message.h"

namespace gaoler::sys {
namespace {

// nft's numbers of the data types of keys.
constexpr uint32_t kTypeIpv4 = 7;
constexpr uint32_t kTypeIpv6 = 8;

constexpr int kWantedSendBuffer = 8 << 20;
constexpr int kWantedReceiveBuffer = 4 << 20;

constexpr size_t kMaxAnswerBytes = 32768;  // one datagram of the kernel's

int set_buffer(int fd, int forced, int plain, int bytes) {
  if (setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof bytes) == 0) return 0;
  return setsockopt(fd, SOL_SOCKET, plain, &bytes, sizeof bytes);
}

// What one message to the kernel may weigh.
size_t send_limit(int fd) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, &length);
  return bytes > 4096 ? static_cast<size_t>(bytes) - 1024 : 3072;
}

base::Error error_of(const char* what) {
  const bool not_allowed = errno == EPERM;
  return base::Error{std::string(what) + ": " + strerror(errno) +
                     (not_allowed ? "; the server needs CAP_NET_ADMIN" : "")};
}

}  // namespace

std::string NftElementChange::text() const {
  return (add ? "add" : "delete") + (" element " + family) + " " + table + " " + set + " { " +
         network.text() + " }";
}

// Errors the kernel reported, by sequence number of the message they are about, later by index of
// the change.
struct NftElements::Replies {
  std::vector<std::pair<uint32_t, int>> errors;
  uint32_t highest = 0;  // sequence number answered
  int whole_error = 0;   // the transaction as a whole was refused or its answers got lost

  bool ok() const { return errors.empty() && whole_error == 0; }
};

void NftElements::CloseSocket::operator()(mnl_socket* socket) const {
  mnl_socket_close(socket);
}

NftElements::NftElements(std::unique_ptr<mnl_socket, CloseSocket> socket)
    : socket_(std::move(socket)),
      max_bytes_(std::min(kMaxBatchBytes, send_limit(mnl_socket_get_fd(socket_.get())))),
      answer_(kMaxAnswerBytes) {}

NftElements::NftElements(NftElements&&) noexcept = default;
NftElements& NftElements::operator=(NftElements&&) noexcept = default;
NftElements::~NftElements() = default;

base::Result<NftElements> NftElements::open() {
  std::unique_ptr<mnl_socket, CloseSocket> socket(
      mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return error_of("cannot open a netfilter netlink socket");
  if (mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return error_of("cannot bind a netfilter netlink socket");
  }
  const int fd = mnl_socket_get_fd(socket.get());
  set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, kWantedSendBuffer);
  set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, kWantedReceiveBuffer);
  int on = 1;
  mnl_socket_setsockopt(socket.get(), NETLINK_CAP_ACK, &on, sizeof on);
  NftElements elements(std::move(socket));
  if (!elements.query_generation()) return error_of("the kernel refuses nftables requests");
  return elements;
}

// The kernel answers a request while it is sent, so all the answers there will be are there.
NftElements::Replies NftElements::read_replies() {
  Replies replies;
  while (true) {
    const ssize_t got = mnl_socket_recvfrom(socket_.get(), answer_.data(), answer_.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) replies.whole_error = errno;
      return replies;
    }
    int left = static_cast<int>(got);
    const auto* message = reinterpret_cast<const nlmsghdr*>(answer_.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_type != NLMSG_ERROR) continue;
      if (mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr)) continue;
      replies.highest = std::max(replies.highest, message->nlmsg_seq);
      const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
      if (error->error != 0) replies.errors.emplace_back(message->nlmsg_seq, -error->error);
    }
  }
}

const nlmsghdr* NftElements::ask(nlmsghdr* question) {
  read_replies();  // nothing old may pass for the answer
  question->nlmsg_seq = sequence_++;
  if (mnl_socket_sendto(socket_.get(), question, question->nlmsg_len) < 0) return nullptr;
  const ssize_t got = mnl_socket_recvfrom(socket_.get(), answer_.data(), answer_.size());
  const auto* answer = reinterpret_cast<const nlmsghdr*>(answer_.data());
  if (got < 0 || !mnl_nlmsg_ok(answer, static_cast<int>(got))) return nullptr;
  if (answer->nlmsg_type != NLMSG_ERROR) return answer;
  errno = EPROTO;
  if (mnl_nlmsg_get_payload_len(answer) >= sizeof(nlmsgerr)) {
    errno = -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(answer))->error;
  }
  return nullptr;
}

bool NftElements::query_generation() {
  MessageBuffer buffer;
  const nlmsghdr* answer =
      ask(nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETGEN, AF_UNSPEC, 0, 0));
  if (answer == nullptr) return false;
  const std::unique_ptr<nftnl_gen, void (*)(const nftnl_gen*)> gen(nftnl_gen_alloc(),
                                                                   nftnl_gen_free);
  if (nftnl_gen_nlmsg_parse(answer, gen.get()) < 0) return false;
  const uint32_t generation = nftnl_gen_get_u32(gen.get(), NFTNL_GEN_ID);
  if (generation != generation_) sets_.clear();
  generation_ = generation;
  return true;
}

const NftElements::SetInfo& NftElements::set_info(const NftElementChange& change) {
  const SetName name(change.family, change.table, change.set);
  const auto known = sets_.find(name);
  if (known != sets_.end()) return known->second;
  return sets_.emplace(name, query_set(change)).first->second;
}

NftElements::SetInfo NftElements::query_set(const NftElementChange& change) {
  const SetPtr set = named_set(change);
  MessageBuffer buffer;
  nlmsghdr* question =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSET, family_number(change.family), 0, 0);
  nftnl_set_nlmsg_build_payload(question, set.get());
  const nlmsghdr* answer = ask(question);
  const SetPtr found(nftnl_set_alloc());
  if (answer == nullptr || nftnl_set_nlmsg_parse(answer, found.get()) < 0) return {};
  constexpr uint32_t kPlainFlags = NFT_SET_INTERVAL | NFT_SET_TIMEOUT | NFT_SET_EVAL;
  const uint32_t flags = nftnl_set_get_u32(found.get(), NFTNL_SET_FLAGS);
  SetInfo info;
  info.key_type = nftnl_set_get_u32(found.get(), NFTNL_SET_KEY_TYPE);
  info.interval = (flags & NFT_SET_INTERVAL) != 0;
  info.plain = (flags & ~kPlainFlags) == 0 && !nftnl_set_is_set(found.get(), NFTNL_SET_EXPR) &&
               !nftnl_set_is_set(found.get(), NFTNL_SET_EXPRESSIONS) &&
               !merges_elements(found.get());
  return info;
}

bool NftElements::can_do(const NftElementChange& change) {
  if (change.table.size() >= NFT_NAME_MAXLEN || change.set.size() >= NFT_NAME_MAXLEN) return false;
  const SetInfo& info = set_info(change);
  if (!info.plain) return false;
  const uint32_t type = change.network.family() == base::Family::inet4 ? kTypeIpv4 : kTypeIpv6;
  if (info.key_type != type) return false;
  if (change.network.is_single()) return true;
  // The marks of a network may be those of two others; only what is there as a whole can be deleted
  // by its marks. And the kernel does not see all overlaps of a range without an end.
  return info.interval && end_of(change.network) && (change.add || holds(change));
}

std::vector<NftElements::Outcome> NftElements::apply(const std::vector<NftElementChange>& changes) {
  query_generation();
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
    if (!can_do(changes[i])) {
      outcomes[i].for_nft = true;
      continue;
    }
    if (indexes.size() == kMaxChanges || bytes + weight + 256 > max_bytes_) apply_collected();
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
    query_generation();
    std::erase_if(indexes, [&](size_t index) {
      outcomes[index].for_nft = !can_do(changes[index]);
      return outcomes[index].for_nft;
    });
  }
  return indexes.empty() ? Replies{} : replies;
}

NftElements::Replies NftElements::send_batch(const std::vector<NftElementChange>& changes,
                                             const Indexes& indexes) {
  std::string batch;
  MessageBuffer buffer;
  nlmsghdr* begin = nftnl_batch_begin(buffer.data(), sequence_++);
  mnl_attr_put_u32(begin, NFNL_BATCH_GENID, htonl(generation_));
  batch.append(buffer.data(), begin->nlmsg_len);
  const uint32_t first = sequence_;
  for (const size_t index : indexes) {
    const bool last = index == indexes.back();
    const auto bytes =
        build_change(buffer, changes[index], set_info(changes[index]).interval, sequence_++, last);
    batch.append(buffer.data(), bytes);
  }
  const uint32_t end = sequence_++;
  batch.append(buffer.data(), nftnl_batch_end(buffer.data(), end)->nlmsg_len);

  Replies replies;
  if (mnl_socket_sendto(socket_.get(), batch.data(), batch.size()) < 0) {
    replies.whole_error = errno;
    return replies;
  }
  replies = read_replies();
  // An error about the transaction names its beginning.
  for (const auto& [sequence, error] : replies.errors) {
    if (sequence < first || sequence >= end) replies.whole_error = error;
  }
  if (replies.whole_error == 0 && replies.highest < end - 1) replies.whole_error = EIO;
  if (replies.ok()) generation_ = generation_ + 1 == 0 ? 1 : generation_ + 1;
  for (auto& [sequence, error] : replies.errors) {
    if (replies.whole_error == 0) sequence = static_cast<uint32_t>(indexes[sequence - first]);
  }
  return replies;
}

// Where the range begins that an address is in.
std::optional<NftElements::Key> NftElements::range_around(const NftElementChange& change,
                                                          const Key& key) {
  const SetPtr set = named_set(change);
  add_key(set.get(), key, key_bytes(change.network), 0);
  MessageBuffer buffer;
  nlmsghdr* question =
      nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSETELEM, family_number(change.family), 0, 0);
  nftnl_set_elems_nlmsg_build_payload(question, set.get());
  const nlmsghdr* answer = ask(question);
  const SetPtr found(nftnl_set_alloc());
  if (answer == nullptr || nftnl_set_elems_nlmsg_parse(answer, found.get()) < 0)
    return std::nullopt;
  std::optional<Key> start;
  nftnl_set_elem_foreach(
      found.get(),
      [](nftnl_set_elem* element, void* out) {
        uint32_t length = 0;
        const void* bytes = nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &length);
        if (bytes == nullptr || length > sizeof(Key)) return 0;
        Key found_key{};
        std::memcpy(found_key.data(), bytes, length);
        static_cast<std::optional<Key>*>(out)->emplace(found_key);
        return 0;
      },
      &start);
  return start;
}

// Is exactly this range in the set: its first and last address in one range that begins with the
// first, and the next address not in it?
bool NftElements::holds(const NftElementChange& change) {
  const Key& start = change.network.bytes();
  if (range_around(change, start) != start) return false;
  if (range_around(change, last_of(change.network)) != start) return false;
  const auto end = end_of(change.network);
  return !end || range_around(change, *end) != start;
}

bool NftElements::changed_by_others() {
  const uint32_t known = generation_;
  return !query_generation() || generation_ != known;
}

bool NftElements::is_covered(const NftElementChange& change) {
  const auto cover = range_around(change, change.network.bytes());
  if (!cover || range_around(change, last_of(change.network)) != cover || holds(change)) {
    return false;
  }
  Key last{};
  last.fill(0xFF);
  return range_around(change, last) != cover;
}

// One end of a range in a set, as the kernel keeps them.
struct NftElements::Mark {
  Key key{};
  bool begins = false;

  // Where one range ends and the next begins, the end comes first.
  auto operator<=>(const Mark&) const = default;
};

std::optional<std::vector<NftElements::Mark>> NftElements::read_marks(
    const NftElementChange& change) {
  read_replies();  // nothing old may pass for the answer
  const SetPtr set = named_set(change);
  MessageBuffer buffer;
  nlmsghdr* question = nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETSETELEM,
                                             family_number(change.family), NLM_F_DUMP, sequence_++);
  nftnl_set_elems_nlmsg_build_payload(question, set.get());
  if (mnl_socket_sendto(socket_.get(), question, question->nlmsg_len) < 0) return std::nullopt;
  std::vector<Mark> marks;
  while (true) {
    const ssize_t got = mnl_socket_recvfrom(socket_.get(), answer_.data(), answer_.size());
    if (got < 0) return std::nullopt;
    int left = static_cast<int>(got);
    const auto* message = reinterpret_cast<const nlmsghdr*>(answer_.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_type == NLMSG_DONE) return marks;
      const SetPtr part(nftnl_set_alloc());
      if (message->nlmsg_type == NLMSG_ERROR || (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0 ||
          nftnl_set_elems_nlmsg_parse(message, part.get()) < 0) {
        return std::nullopt;
      }
      nftnl_set_elem_foreach(part.get(), note_mark, &marks);
    }
  }
}

int NftElements::note_mark(nftnl_set_elem* element, void* marks) {
  uint32_t length = 0;
  const void* bytes = nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &length);
  if (bytes == nullptr || length > sizeof(Key)) return 0;
  Mark mark;
  std::memcpy(mark.key.data(), bytes, length);
  const uint32_t flags = nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_FLAGS)
                             ? nftnl_set_elem_get_u32(element, NFTNL_SET_ELEM_FLAGS)
                             : 0;
  mark.begins = (flags & NFT_SET_ELEM_INTERVAL_END) == 0;
  static_cast<std::vector<Mark>*>(marks)->push_back(mark);
  return 0;
}

std::vector<base::Network> NftElements::inside(const NftElementChange& change) {
  auto marks = read_marks(change);
  if (!marks) return {};
  std::sort(marks->begin(), marks->end());
  std::vector<base::Network> found;
  for (size_t i = 0; i + 1 < marks->size(); ++i) {
    const Mark& begin = (*marks)[i];
    const Mark& end = (*marks)[i + 1];
    const auto first =
        base::Network::from_bytes(change.network.family(), begin.key.data(), change.network.bits());
    if (!begin.begins || !change.network.contains(first)) continue;
    const auto network = end.begins ? std::nullopt : network_of(first, end.key);
    if (!network) return {};
    found.push_back(*network);
  }
  return found;
}

std::optional<std::vector<base::Network>> NftElements::list(const NftElementChange& like) {
  query_generation();
  const base::Family family = like.network.family();
  const SetInfo info = set_info(like);
  const uint32_t type = family == base::Family::inet4 ? kTypeIpv4 : kTypeIpv6;
  if (!info.plain || info.key_type != type) return std::nullopt;
  auto marks = read_marks(like);
  if (!marks) return std::nullopt;
  std::sort(marks->begin(), marks->end());
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

NftElements::Outcome NftElements::refused(const NftElementChange& change, int error) {
  const SetInfo info = set_info(change);
  if (!info.plain) return {{}, true};
  if (error == EEXIST && info.interval && change.add && holds(change)) return {};
  const std::string command = "\n" + change.text();
  if (change.add && info.interval && (error == ENOTEMPTY || error == EEXIST)) {
    return {base::Error{"Error: interval overlaps with an existing one" + command}, false, true};
  }
  return {base::Error{"Error: Could not process rule: " + std::string(strerror(error)) + command},
          false};
}

}  // namespace gaoler::sys
