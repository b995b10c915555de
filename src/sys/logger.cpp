#include "sys/logger.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <utility>

#include "sys/journal_log.h"

namespace gaoler::sys {
namespace {

constexpr std::string_view kLogger = "fail2ban.server";

base::Result<Fd> open_file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640));
  if (!fd) return base::Error{"Unable to log to '" + path + "': " + std::strerror(errno)};
  return fd;
}

base::Result<Fd> connect_datagrams(const std::string& path) {
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

base::Result<Fd> connect_syslog(std::string_view configured) {
  return connect_datagrams(std::string(configured == "auto" ? "/dev/log" : configured));
}

// Where journald does not run yet, lines are lost until it does.
Fd connect_journal() {
  auto fd = connect_datagrams(kJournalSocket);
  return fd ? std::move(*fd) : Fd();
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
  emit(level, target_.format_line(clock_.now(), level, logger, message), logger, message);
}

base::Result<void> Logger::set_target(std::string_view text) {
  auto wanted = LogTarget::parse(text);
  if (!wanted) return wanted.error();
  const std::lock_guard lock(mutex_);
  if (was_set_ && wanted->name == target_.name) return {};
  auto opened = open(*wanted);
  if (!opened) return opened.error();
  target_ = std::move(*wanted);
  was_set_ = true;
  file_ = std::move(opened->file);
  queue_ = std::move(opened->queue);
  if (!target_.complaint.empty()) {
    const auto level = base::LogLevel::error;
    emit(level, target_.format_line(clock_.now(), level, kLogger, target_.complaint), kLogger,
         target_.complaint);
  }
  return {};
}

std::string Logger::target() const {
  const std::lock_guard lock(mutex_);
  return target_.name;
}

base::Result<void> Logger::set_syslog_socket(std::string_view path) {
  const std::lock_guard lock(mutex_);
  const std::string before = std::exchange(syslog_socket_, std::string(path));
  if (target_.kind != LogTarget::Kind::syslog) return {};
  auto opened = open(target_);
  if (!opened) {
    syslog_socket_ = before;
    return opened.error();
  }
  queue_ = std::move(opened->queue);
  return {};
}

std::string Logger::syslog_socket() const {
  const std::lock_guard lock(mutex_);
  return syslog_socket_;
}

base::Result<std::string> Logger::flush() {
  const std::lock_guard lock(mutex_);
  if (target_.kind != LogTarget::Kind::file) return std::string("flushed");
  auto fd = open_file(target_.name);
  if (!fd) return fd.error();
  file_ = std::move(*fd);
  return std::string("rolled over");
}

base::Result<Logger::Opened> Logger::open(const LogTarget& target) const {
  Opened opened;
  if (target.kind == LogTarget::Kind::file) {
    auto fd = open_file(target.name);
    if (!fd) return fd.error();
    opened.file = std::move(*fd);
  } else if (target.kind == LogTarget::Kind::syslog) {
    auto fd = connect_syslog(syslog_socket_);
    if (!fd) return fd.error();
    opened.queue = DatagramQueue(std::move(*fd), [path = syslog_socket_] {
      auto fresh = connect_syslog(path);
      return fresh ? std::move(*fresh) : Fd();
    });
  } else if (target.kind == LogTarget::Kind::journal) {
    opened.queue = DatagramQueue(connect_journal(), connect_journal);
  }
  return opened;
}

void Logger::send(const std::string& datagram, base::LogLevel level) {
  queue_.send(datagram, level >= base::LogLevel::notice);
}

void Logger::retry() {
  const std::lock_guard lock(mutex_);
  if (queue_.waiting() == 0) return;
  queue_.retry();
  if (queue_.waiting() > 0) return;
  const size_t lost = queue_.take_lost();
  if (lost == 0) return;
  const std::string text = std::to_string(lost) + " log lines were lost: nobody read them from " +
                           target_.name + " in time";
  const auto level = base::LogLevel::warning;
  emit(level, target_.format_line(clock_.now(), level, kLogger, text), kLogger, text);
}

void Logger::emit(base::LogLevel level, const std::string& line, std::string_view logger,
                  std::string_view message) {
  switch (target_.kind) {
    case LogTarget::Kind::file:
      return write_all(file_.get(), line + "\n");
    case LogTarget::Kind::standard_output:
      return write_all(STDOUT_FILENO, line + "\n");
    case LogTarget::Kind::standard_error:
      return write_all(STDERR_FILENO, line + "\n");
    case LogTarget::Kind::journal:
      return send(journal_datagram(syslog_severity(level), logger, message), level);
    case LogTarget::Kind::syslog: {
      const int priority = target_.facility * 8 + syslog_severity(level);
      const std::string datagram = "<" + std::to_string(priority) + ">" + line;
      // With the NUL behind the text, as Python's handler sends it.
      return send(std::string(datagram.c_str(), datagram.size() + 1), level);
    }
  }
}

}  // namespace gaoler::sys
