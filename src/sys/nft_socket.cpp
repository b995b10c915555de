#include "sys/nft_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string>
#include <sys/socket.h>

namespace gaoler::sys {
namespace {

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
  return base::Error{std::string(what) + ": " + strerror(errno)};
}

}  // namespace

void NftSocket::CloseSocket::operator()(mnl_socket* socket) const {
  mnl_socket_close(socket);
}

NftSocket::NftSocket(std::unique_ptr<mnl_socket, CloseSocket> socket)
    : socket_(std::move(socket)),
      max_bytes_(send_limit(mnl_socket_get_fd(socket_.get()))),
      answer_(kMaxAnswerBytes) {}

NftSocket::NftSocket(NftSocket&&) noexcept = default;
NftSocket& NftSocket::operator=(NftSocket&&) noexcept = default;
NftSocket::~NftSocket() = default;

base::Result<NftSocket> NftSocket::open() {
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
  return NftSocket(std::move(socket));
}

// The kernel answers a request while it is sent, so all the answers there will be are there.
NftSocket::Replies NftSocket::read_replies() {
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

const nlmsghdr* NftSocket::ask(nlmsghdr* question) {
  read_replies();  // nothing old may pass for the answer
  question->nlmsg_seq = next_sequence();
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

bool NftSocket::ask_for_all(nlmsghdr* question, const std::function<bool(const nlmsghdr*)>& take) {
  read_replies();  // nothing old may pass for the answer
  question->nlmsg_seq = next_sequence();
  if (mnl_socket_sendto(socket_.get(), question, question->nlmsg_len) < 0) return false;
  while (true) {
    const ssize_t got = mnl_socket_recvfrom(socket_.get(), answer_.data(), answer_.size());
    if (got < 0) return false;
    int left = static_cast<int>(got);
    const auto* message = reinterpret_cast<const nlmsghdr*>(answer_.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_type == NLMSG_DONE) return true;
      const bool torn = (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      if (message->nlmsg_type == NLMSG_ERROR || torn || !take(message)) return false;
    }
  }
}

NftSocket::Replies NftSocket::send(std::string_view transaction) {
  if (mnl_socket_sendto(socket_.get(), transaction.data(), transaction.size()) < 0) {
    Replies replies;
    replies.whole_error = errno;
    return replies;
  }
  return read_replies();
}

}  // namespace gaoler::sys
