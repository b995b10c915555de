#include "sys/logger.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "sys/journal_log.h"

namespace gaoler::sys {
namespace {

base::Result<Fd> open_file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640));
  if (!fd) return base::Error{"Unable to log to '" + path + "': " + std::strerror(errno)};
  return fd;
}

base::Result<Fd> connect_syslog(std::string_view configured) {
  const std::string path(configured == "auto" ? "/dev/log" : configured);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::Error{"syslog socket path is too long: " + path};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return base::Error{"Unable to log to syslog at " + path + ": " + std::strerror(errno)};
  }
  return fd;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // a log that cannot be written has nowhere to say so
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

bool Logger::enabled(base::LogLevel level) const {
  return static_cast<int>(level) >= level_;
}

void Logger::write(base::LogLevel level, std::string_view logger, std::string_view message) {
  if (!enabled(level)) return;
  const std::lock_guard lock(mutex_);
  emit(level, target_.format_line(clock_.now(), level, logger, message), message);
}

base::Result<void> Logger::set_target(std::string_view text) {
  auto wanted = LogTarget::parse(text);
  if (!wanted) return wanted.error();
  const std::lock_guard lock(mutex_);
  if (wanted->name == target_.name) return {};
  auto fd = open(*wanted);
  if (!fd) return fd.error();
  target_ = std::move(*wanted);
  fd_ = std::move(*fd);
  return {};
}

std::string Logger::target() const {
  const std::lock_guard lock(mutex_);
  return target_.name;
}

base::Result<void> Logger::set_syslog_socket(std::string_view path) {
  const std::lock_guard lock(mutex_);
  if (target_.kind == LogTarget::Kind::syslog) {
    auto fd = connect_syslog(path);
    if (!fd) return fd.error();
    fd_ = std::move(*fd);
  }
  syslog_socket_ = path;
  return {};
}

std::string Logger::syslog_socket() const {
  const std::lock_guard lock(mutex_);
  return syslog_socket_;
}

std::string Logger::flush() {
  const std::lock_guard lock(mutex_);
  // SYSOUT has no file either, but fail2ban's answer for it is this one.
  if (target_.name == "SYSOUT") return "rolled over";
  if (target_.kind != LogTarget::Kind::file) return "flushed";
  if (auto fd = open_file(target_.name); fd) fd_ = std::move(*fd);
  return "rolled over";
}

base::Result<Fd> Logger::open(const LogTarget& target) const {
  switch (target.kind) {
    case LogTarget::Kind::file:
      return open_file(target.name);
    case LogTarget::Kind::syslog:
      return connect_syslog(syslog_socket_);
    case LogTarget::Kind::journal:
      if (!journal_log_available()) {
        return base::Error{"SYSTEMD-JOURNAL: this build has no support for the systemd journal"};
      }
      return Fd();
    case LogTarget::Kind::standard_output:
    case LogTarget::Kind::standard_error:
      return Fd();
  }
  return Fd();
}

void Logger::emit(base::LogLevel level, const std::string& line, std::string_view message) {
  switch (target_.kind) {
    case LogTarget::Kind::file:
      return write_all(fd_.get(), line + "\n");
    case LogTarget::Kind::standard_output:
      return write_all(STDOUT_FILENO, line + "\n");
    case LogTarget::Kind::standard_error:
      return write_all(STDERR_FILENO, line + "\n");
    case LogTarget::Kind::journal:
      return journal_log_send(syslog_severity(level), message);
    case LogTarget::Kind::syslog: {
      const int priority = target_.facility * 8 + syslog_severity(level);
      const std::string datagram = "<" + std::to_string(priority) + ">" + line;
      // With the NUL behind the text, as Python's handler sends it.
      ::send(fd_.get(), datagram.c_str(), datagram.size() + 1, MSG_NOSIGNAL | MSG_DONTWAIT);
      return;
    }
  }
}

}  // namespace gaoler::sys
