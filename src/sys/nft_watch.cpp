#include "sys/nft_watch.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <libmnl/libmnl.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "sys/nft_session.h"

namespace gaoler::sys {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kReceiveBuffer = 1 << 20;
// Datagrams read in one turn of the loop.
constexpr int kMaxPerTurn = 64;

std::string_view family_text(uint32_t number) {
  switch (number) {
    case NFPROTO_INET:
      return "inet";
    case NFPROTO_IPV4:
      return "ip";
    case NFPROTO_IPV6:
      return "ip6";
    case NFPROTO_ARP:
      return "arp";
    case NFPROTO_BRIDGE:
      return "bridge";
    case NFPROTO_NETDEV:
      return "netdev";
    default:
      return "";
  }
}

// The address of an element; nothing for ends of ranges and for keys that are none.
std::optional<base::Network> address_of(nftnl_set_elem* element) {
  if (nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_FLAGS) &&
      (nftnl_set_elem_get_u32(element, NFTNL_SET_ELEM_FLAGS) & NFT_SET_ELEM_INTERVAL_END) != 0) {
    return std::nullopt;
  }
  uint32_t length = 0;
  const auto* key =
      static_cast<const uint8_t*>(nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &length));
  if (key == nullptr || (length != 4 && length != 16)) return std::nullopt;
  const auto family = length == 4 ? base::Family::inet4 : base::Family::inet6;
  return base::Network::from_bytes(family, key, static_cast<int>(length) * 8);
}

struct Collecting {
  NftLoss& loss;
  NftLoss::Element like;
};

int collect(nftnl_set_elem* element, void* data) {
  auto& [loss, like] = *static_cast<Collecting*>(data);
  const auto address = address_of(element);
  if (!address) return 0;
  loss.more_elements = loss.elements.size() == NftLoss::kMaxElements;
  if (loss.more_elements) return -1;
  like.first = *address;
  loss.elements.push_back(like);
  return 0;
}

void note_elements(const nlmsghdr* message, NftLoss& loss) {
  if (loss.more_elements) return;
  const std::unique_ptr<nftnl_set, void (*)(const nftnl_set*)> set(nftnl_set_alloc(),
                                                                   nftnl_set_free);
  if (nftnl_set_elems_nlmsg_parse(message, set.get()) < 0) return;
  const char* table = nftnl_set_get_str(set.get(), NFTNL_SET_TABLE);
  const char* name = nftnl_set_get_str(set.get(), NFTNL_SET_NAME);
  if (table == nullptr || name == nullptr) return;
  const auto family = family_text(nftnl_set_get_u32(set.get(), NFTNL_SET_FAMILY));
  Collecting collecting{loss, {std::string(family), table, name, {}}};
  nftnl_set_elem_foreach(set.get(), collect, &collecting);
}

void add(NftLoss& all, NftLoss& more) {
  all.structure = all.structure || more.structure;
  const size_t room = NftLoss::kMaxElements - all.elements.size();
  const size_t count = std::min(room, more.elements.size());
  all.more_elements = all.more_elements || more.more_elements || count < more.elements.size();
  std::move(more.elements.begin(), more.elements.begin() + static_cast<std::ptrdiff_t>(count),
            std::back_inserter(all.elements));
}

bool takes_away(const nlmsghdr* message) {
  if (NFNL_SUBSYS_ID(message->nlmsg_type) != NFNL_SUBSYS_NFTABLES) return false;
  switch (NFNL_MSG_TYPE(message->nlmsg_type)) {
    case NFT_MSG_DELTABLE:
    case NFT_MSG_DELCHAIN:
    case NFT_MSG_DELRULE:
    case NFT_MSG_DELSET:
      return true;
    default:
      return false;
  }
}

bool takes_elements(const nlmsghdr* message) {
  return NFNL_SUBSYS_ID(message->nlmsg_type) == NFNL_SUBSYS_NFTABLES &&
         NFNL_MSG_TYPE(message->nlmsg_type) == NFT_MSG_DELSETELEM;
}

// The end of one transaction tells which thread made it: by a name, and by a number that means
// nothing inside of a container.
bool is_generation(const nlmsghdr* message) {
  return NFNL_SUBSYS_ID(message->nlmsg_type) == NFNL_SUBSYS_NFTABLES &&
         NFNL_MSG_TYPE(message->nlmsg_type) == NFT_MSG_NEWGEN;
}

std::string maker_of(const nlmsghdr* message) {
  std::string name;
  const auto look = [](const nlattr* attribute, void* out) {
    if (mnl_attr_get_type(attribute) == NFTA_GEN_PROC_NAME &&
        mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0) {
      *static_cast<std::string*>(out) = mnl_attr_get_str(attribute);
    }
    return MNL_CB_OK;
  };
  mnl_attr_parse(message, sizeof(nfgenmsg), look, &name);
  return name;
}

}  // namespace

struct NftWatch::State : std::enable_shared_from_this<State> {
  State(asio::io_context& loop, int fd, Handler on_change)
      : socket(loop, fd), settle(loop), handler(std::move(on_change)) {}

  void wait() {
    socket.async_wait(asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](error_code error) {
                        if (error || !self->handler) return;
                        self->look(kMaxPerTurn);
                        self->wait();
                      });
  }

  // While paused all of it was us.
  void look(int datagrams) {
    const NftLoss before = lost;
    read(datagrams);
    if (paused > 0) lost = before;
    if (!lost.empty()) report_later();
  }

  void read(int datagrams) {
    alignas(nlmsghdr) std::array<char, 32768> buffer;
    for (; datagrams != 0; --datagrams) {
      const ssize_t got = recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == ENOBUFS) {  // so much has happened that it did not fit: have a look
        lost.structure = true;
        continue;
      }
      if (got <= 0) break;
      note(reinterpret_cast<const nlmsghdr*>(buffer.data()), static_cast<int>(got));
    }
  }

  void note(const nlmsghdr* message, int left) {
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (takes_away(message)) taken.structure = true;
      if (takes_elements(message)) note_elements(message, taken);
      if (!is_generation(message)) continue;
      if (!taken.empty() && maker_of(message) != NftSession::kThreadName) add(lost, taken);
      taken = {};
    }
  }

  std::chrono::milliseconds delay() {
    const auto now = std::chrono::steady_clock::now();
    if (now - minute_began > std::chrono::minutes(1)) {
      minute_began = now;
      reports = 0;
    }
    return ++reports > kMaxFast ? kSlow : kSettle;
  }

  void report_later() {
    if (std::exchange(reporting, true)) return;
    settle.expires_after(delay());
    settle.async_wait([self = shared_from_this()](error_code error) {
      self->reporting = false;
      if (!error && self->handler) self->handler(std::exchange(self->lost, {}));
    });
  }

  void stop() {
    handler = nullptr;
    settle.cancel();
    error_code ignored;
    socket.close(ignored);
  }

  asio::posix::stream_descriptor socket;
  asio::steady_timer settle;
  Handler handler;
  NftLoss taken;  // by the transaction being read
  NftLoss lost;   // not reported yet
  std::chrono::steady_clock::time_point minute_began;
  int reports = 0;  // in this minute
  bool reporting = false;
  int paused = 0;
};

base::Result<std::unique_ptr<NftWatch>> NftWatch::open(asio::io_context& loop, Handler handler) {
  const auto failed = [](const char* what) {
    return base::Error{std::string("cannot watch nftables: ") + what + ": " + strerror(errno)};
  };
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
  if (fd < 0) return failed("socket");
  auto state = std::make_shared<State>(loop, fd, std::move(handler));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed("bind");
  const int group = NFNLGRP_NFTABLES;
  if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0) {
    return failed("subscribe");
  }
  const int bytes = kReceiveBuffer;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  state->wait();
  return std::unique_ptr<NftWatch>(new NftWatch(std::move(state)));
}

NftWatch::NftWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}
NftWatch::~NftWatch() {
  state_->stop();
}

std::shared_ptr<void> NftWatch::pause() {
  state_->look(-1);  // what has happened before
  ++state_->paused;
  return {state_.get(), [weak = std::weak_ptr<State>(state_)](void*) {
            const auto state = weak.lock();
            if (!state || !state->handler) return;
            state->look(-1);
            --state->paused;
          }};
}

}  // namespace gaoler::sys
