#include "sys/log_tail.h"

#include <algorithm>
#include <boost/uuid/detail/sha1.hpp>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace gaoler::sys {
namespace {

constexpr size_t kBeginningBytes = 256;

ssize_t read_at(int fd, char* buffer, size_t size, int64_t offset) {
  ssize_t got = 0;
  do {
    got = ::pread(fd, buffer, size, offset);
  } while (got < 0 && errno == EINTR);
  return got;
}

std::string read_beginning(int fd) {
  std::string text(kBeginningBytes, '\0');
  const ssize_t got = read_at(fd, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return text;
}

std::string sha1_hex(std::string_view bytes) {
  boost::uuids::detail::sha1 sha1;
  sha1.process_bytes(bytes.data(), bytes.size());
  unsigned int digest[5];
  sha1.get_digest(digest);
  char hex[41];
  std::snprintf(hex, sizeof hex, "%08x%08x%08x%08x%08x", digest[0], digest[1], digest[2], digest[3],
                digest[4]);
  return hex;
}

std::string hash_first_line(int fd) {
  std::string line(LogTail::kMaxLineBytes, '\0');
  const ssize_t got = read_at(fd, line.data(), line.size(), 0);
  line.resize(got > 0 ? static_cast<size_t>(got) : 0);
  const size_t newline = line.find('\n');
  return newline == std::string::npos ? std::string()
                                      : sha1_hex(std::string_view(line).substr(0, newline + 1));
}

}  // namespace

LogTail::LogTail(std::string path) : path_(std::move(path)) {}

void LogTail::resume(const Position& stored) {
  if (!open() || stored.first_line_hash.empty()) return;
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0 || status.st_size < stored.offset) return;
  if (first_line_hash() == stored.first_line_hash) offset_ = stored.offset;
}

void LogTail::start_at_end() {
  struct stat status {};
  if (open() && ::fstat(fd_.get(), &status) == 0) offset_ = status.st_size;
}

LogTail::Outcome LogTail::read(const LineSink& sink) {
  if (!fd_ && !open()) return Outcome::missing;
  check_beginning();
  buffer_.resize(kMaxLineBytes);
  const ssize_t got = read_at(fd_.get(), buffer_.data(), buffer_.size(), offset_);
  const std::string_view bytes(buffer_.data(), got > 0 ? static_cast<size_t>(got) : 0);
  // Decided before the lines go out: bytes that are appended in the meantime belong to the next
  // call.
  const bool whole_rest = bytes.size() < buffer_.size();
  const bool replaced = whole_rest && file_replaced();
  const size_t used = hand_out(bytes, replaced, sink);
  offset_ += static_cast<int64_t>(used);
  if (used > 0 && !whole_rest) return Outcome::more;
  if (!replaced) return Outcome::caught_up;
  fd_.reset();
  return Outcome::more;
}

LogTail::Position LogTail::position() const {
  return {offset_, fd_ ? first_line_hash() : std::string()};
}

bool LogTail::open() {
  // O_NONBLOCK: a pipe or a device in place of a log must not stop the server.
  Fd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  fd_ = std::move(fd);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  offset_ = 0;
  skipping_ = false;
  beginning_ = read_beginning(fd_.get());
  return true;
}

// A path without a file keeps the old one: it may be between the two steps of a rotation.
bool LogTail::file_replaced() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return false;
  return status.st_dev != device_ || status.st_ino != inode_;
}

void LogTail::check_beginning() {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) return;
  std::string now = read_beginning(fd_.get());
  const bool same = now.compare(0, beginning_.size(), beginning_) == 0;
  if (status.st_size < offset_ || !same) {
    offset_ = 0;
    skipping_ = false;
  }
  beginning_ = std::move(now);
}

// How many bytes of the buffer are done with.
size_t LogTail::hand_out(std::string_view buffer, bool at_end_of_replaced, const LineSink& sink) {
  size_t used = 0;
  while (used < buffer.size()) {
    const std::string_view rest = buffer.substr(used);
    const size_t newline = rest.find('\n');
    const bool full = rest.size() == kMaxLineBytes;
    if (newline == std::string_view::npos && !full && !skipping_ && !at_end_of_replaced) break;
    std::string_view text = rest.substr(0, newline);
    if (text.ends_with('\r')) text.remove_suffix(1);
    const bool overlong = newline == std::string_view::npos && full;
    if (!skipping_) sink({text, overlong});
    skipping_ = newline == std::string_view::npos && (skipping_ || overlong);
    used += newline == std::string_view::npos ? rest.size() : newline + 1;
  }
  return used;
}

std::string LogTail::first_line_hash() const {
  return hash_first_line(fd_.get());
}

std::string first_line_hash_of(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return fd ? hash_first_line(fd.get()) : std::string();
}

}  // namespace gaoler::sys
