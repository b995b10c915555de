#include "sys/unix_listener.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <utility>

namespace gaoler::sys {
namespace {

constexpr int kBacklog = 1024;

base::Result<sockaddr_un> socket_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return base::Error{"socket path '" + path + "' must have 1 to " +
                       std::to_string(sizeof address.sun_path - 1) + " bytes"};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

base::Result<void> prepare_directory(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return base::Error{"cannot make the socket directory " + directory + ": " +
                       std::strerror(errno)};
  }
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) {
    return base::Error{"cannot look at the socket directory " + directory + ": " +
                       std::strerror(errno)};
  }
  const bool open_to_others = (status.st_mode & S_IWOTH) && !(status.st_mode & S_ISVTX);
  if (open_to_others) {
    return base::Error{
        "the socket directory " + directory +
        " is writable by everybody: anyone could take the server's place; chmod o-w it"};
  }
  return {};
}

unsigned long inode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

SocketState probe_unix_socket(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return SocketState::absent;
  const auto address = socket_address(path);
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!address || !fd) return SocketState::stale;
  const bool answers =
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  return answers ? SocketState::live : SocketState::stale;
}

base::Result<UnixListener> UnixListener::open(const std::string& path, bool force) {
  const auto address = socket_address(path);
  if (!address) return address.error();
  if (auto ready = prepare_directory(directory_of(path)); !ready) return ready.error();
  switch (probe_unix_socket(path)) {
    case SocketState::live:
      return base::Error{"Server already running"};
    case SocketState::stale:
      if (!force)
        return base::Error{
            "Fail2ban seems to be in unexpected state (not running but the socket exists)"};
      ::unlink(path.c_str());
      break;
    case SocketState::absent:
      break;
  }
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const mode_t before = ::umask(0177);
  const bool bound =
      fd && ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  const int reason = errno;
  ::umask(before);
  if (!bound || ::listen(fd.get(), kBacklog) != 0) {
    return base::Error{"cannot listen on " + path + ": " + std::strerror(bound ? errno : reason)};
  }
  return UnixListener(path, std::move(fd));
}

UnixListener::UnixListener(std::string path, Fd fd)
    : path_(std::move(path)), fd_(std::move(fd)), inode_(inode_of(path_)) {}

UnixListener::~UnixListener() {
  if (!path_.empty() && inode_ != 0 && inode_of(path_) == inode_) ::unlink(path_.c_str());
}

}  // namespace gaoler::sys
