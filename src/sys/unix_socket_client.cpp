#include "sys/unix_socket_client.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace gaoler::sys {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

base::Error failure(int code) {
  return base::Error{"[Errno " + std::to_string(code) + "] " + std::strerror(code)};
}

}  // namespace

base::Result<UnixSocketClient> UnixSocketClient::connect(const std::string& path,
                                                         base::Seconds timeout) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return base::Error{"AF_UNIX path too long"};
  path.copy(address.sun_path, path.size());
  UnixSocketClient client(Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), timeout);
  if (!client.fd_) return failure(errno);
  // A full backlog would hold connect() up as long as the server is busy; without a timeout that is
  // what we want.
  if (timeout >= 0 && ::fcntl(client.fd_.get(), F_SETFL, O_NONBLOCK) != 0) return failure(errno);
  if (::connect(client.fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return failure(errno);
  }
  if (timeout < 0 && ::fcntl(client.fd_.get(), F_SETFL, O_NONBLOCK) != 0) return failure(errno);
  return client;
}

base::Result<void> UnixSocketClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN) {
      if (auto ready = wait_for(POLLOUT); !ready) return ready;
    } else if (errno != EINTR) {
      return failure(errno);
    }
  }
  return {};
}

base::Result<std::string> UnixSocketClient::receive() {
  std::string buffer(kReadBytes, '\0');
  while (true) {
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got > 0) {
      buffer.resize(static_cast<size_t>(got));
      return buffer;
    }
    if (got == 0) return failure(ECONNRESET);
    if (errno == EAGAIN) {
      if (auto ready = wait_for(POLLIN); !ready) return ready.error();
    } else if (errno != EINTR) {
      return failure(errno);
    }
  }
}

base::Result<void> UnixSocketClient::wait_for(short events) {
  pollfd waited{fd_.get(), events, 0};
  const int milliseconds =
      timeout_ < 0 ? -1 : static_cast<int>(std::ceil(std::min(timeout_, 1e6) * 1000));
  const int ready = ::poll(&waited, 1, milliseconds);
  if (ready < 0 && errno != EINTR) return failure(errno);
  if (ready == 0) return base::Error{"timed out"};
  return {};
}

}  // namespace gaoler::sys
