#include "sys/nft_watch.h"

#include <arpa/inet.h>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string>
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
                        if (self->read(kMaxPerTurn) && self->paused == 0) self->report_later();
                        self->wait();
                      });
  }

  // Whether somebody else has taken something away.
  bool read(int datagrams) {
    bool foreign = false;
    alignas(nlmsghdr) std::array<char, 32768> buffer;
    for (; datagrams != 0; --datagrams) {
      const ssize_t got = recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == ENOBUFS) {  // so much has happened that it did not fit: have a look
        foreign = true;
        continue;
      }
      if (got <= 0) break;
      foreign =
          note(reinterpret_cast<const nlmsghdr*>(buffer.data()), static_cast<int>(got)) || foreign;
    }
    return foreign;
  }

  bool note(const nlmsghdr* message, int left) {
    bool foreign = false;
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      taken = taken || takes_away(message);
      if (!is_generation(message)) continue;
      foreign = foreign || (taken && maker_of(message) != NftSession::kThreadName);
      taken = false;
    }
    return foreign;
  }

  void report_later() {
    if (std::exchange(reporting, true)) return;
    settle.expires_after(kSettle);
    settle.async_wait([self = shared_from_this()](error_code error) {
      self->reporting = false;
      if (!error && self->handler) self->handler();
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
  bool taken = false;  // by the transaction being read
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
  ++state_->paused;
  return {state_.get(), [weak = std::weak_ptr<State>(state_)](void*) {
            const auto state = weak.lock();
            if (!state || !state->handler) return;
            state->read(-1);
            --state->paused;
          }};
}

}  // namespace gaoler::sys
