#include "sys/service_manager.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "base/text.h"

namespace gaoler::sys {
namespace {

constexpr int kFirstDescriptor = 3;
constexpr int kMaxDescriptors = 64;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

int number_of(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool has_option(int fd, int option, int wanted) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 && value == wanted;
}

bool is_our_kind(int fd) {
  return has_option(fd, SO_DOMAIN, AF_UNIX) && has_option(fd, SO_TYPE, SOCK_STREAM) &&
         has_option(fd, SO_ACCEPTCONN, 1);
}

std::optional<Fd> find_socket() {
  if (!ServiceManager::hands_over_sockets()) return std::nullopt;
  const int count = std::min(number_of(variable("LISTEN_FDS")), kMaxDescriptors);
  const std::string all_names = variable("LISTEN_FDNAMES");
  const auto names = base::split(all_names, ':');
  int chosen = -1;
  for (int i = 0; i < count; ++i) {
    const int fd = kFirstDescriptor + i;
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (!is_our_kind(fd)) continue;
    const std::string_view name =
        static_cast<size_t>(i) < names.size() ? names[static_cast<size_t>(i)] : std::string_view();
    const bool ours = name == "fail2ban" || name == "fail2ban.socket";
    if (chosen < 0 || ours) chosen = fd;
    if (ours) break;
  }
  if (chosen < 0) return std::nullopt;
  ::fcntl(chosen, F_SETFL, ::fcntl(chosen, F_GETFL) | O_NONBLOCK);
  return Fd(chosen);
}

}  // namespace

bool ServiceManager::hands_over_sockets() {
  return number_of(variable("LISTEN_PID")) == ::getpid() && number_of(variable("LISTEN_FDS")) > 0;
}

ServiceManager ServiceManager::from_environment() {
  ServiceManager manager;
  manager.notify_socket_ = variable("NOTIFY_SOCKET");
  manager.socket_ = find_socket();
  for (const char* name : {"NOTIFY_SOCKET", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
    ::unsetenv(name);
  }
  return manager;
}

std::optional<Fd> ServiceManager::take_socket() {
  return std::exchange(socket_, std::nullopt);
}

void ServiceManager::ready(std::string_view status) const {
  // The service may have gone to the background since it was started.
  tell("READY=1\nMAINPID=" + std::to_string(::getpid()) + "\nSTATUS=" + std::string(status));
}

void ServiceManager::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t microseconds = int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds) +
       "\nSTATUS=Reading the configuration");
}

void ServiceManager::stopping() const {
  tell("STOPPING=1\nSTATUS=Stopping the jails");
}

// What cannot be delivered is lost: there is nobody to tell.
void ServiceManager::tell(const std::string& lines) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (notify_socket_.empty() || notify_socket_.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, notify_socket_.data(), notify_socket_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // a name without a file
  const auto length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket_.size());
  const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return;
  ::sendto(fd.get(), lines.data(), lines.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace gaoler::sys
