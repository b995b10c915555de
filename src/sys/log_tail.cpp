#include "sys/log_tail.h"

#include <algorithm>
#include <boost/uuid/detail/sha1.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <utility>

#include "sys/line_ends.h"

namespace gaoler::sys {
namespace {

constexpr size_t kBeginningBytes = 256;
constexpr size_t kComparedBytes = 4096;

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

// At most so many bytes that stand in front of `offset`.
std::string read_before(int fd, int64_t offset, size_t most) {
  std::string text(static_cast<size_t>(std::min<int64_t>(offset, static_cast<int64_t>(most))),
                   '\0');
  const int64_t from = offset - static_cast<int64_t>(text.size());
  const ssize_t got = read_at(fd, text.data(), text.size(), from);
  return got == static_cast<ssize_t>(text.size()) ? text : std::string();
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

// Bytes that were read at `offset` stand there still.
bool still_there(int fd, std::string_view bytes, int64_t offset) {
  std::string again(bytes.size(), '\0');
  const ssize_t got = read_at(fd, again.data(), again.size(), offset);
  return got == static_cast<ssize_t>(bytes.size()) && again == bytes;
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a named pipe";
  return S_ISSOCK(mode) ? "a socket" : "a device";
}

// A writer without O_APPEND goes on at its old offset after a copytruncate: the file then begins
// with a hole. No line begins with a zero byte. Zeros at the very end may be data on its way.
size_t hole_before_line(std::string_view bytes, size_t unit) {
  const size_t text = bytes.find_first_not_of('\0');
  if (text != std::string_view::npos) return text - text % unit;
  return bytes.size() == LogTail::kMaxLineBytes ? bytes.size() : 0;
}

}  // namespace

LogTail::LogTail(std::string path) : path_(std::move(path)) {}

void LogTail::set_unit(size_t bytes) {
  unit_ = bytes;
  if (current_) go_to(current_->offset);
}

void LogTail::hold(Fd opened) {
  current_ = opened ? take(std::move(opened)) : open();
}

void LogTail::resume(const Position& stored) {
  if (!current_) hold();
  if (!current_ || stored.first_line_hash.empty()) return;
  struct stat status {};
  const int fd = current_->fd.get();
  if (::fstat(fd, &status) != 0 || status.st_size < stored.offset) return;
  if (hash_first_line(fd) == stored.first_line_hash) go_to(stored.offset);
}

void LogTail::start_at_end() {
  current_ = open();
  struct stat status {};
  if (current_ && ::fstat(current_->fd.get(), &status) == 0) go_to(status.st_size);
}

LogTail::Outcome LogTail::read(Time now, const LineSink& sink) {
  if (!current_ && !(current_ = open())) return Outcome::missing;
  if (read_old_files(now, sink)) return Outcome::more;
  // Looked for before reading: what is appended in the meantime is then read from the old file.
  std::optional<File> successor = open_successor();
  if (advance(*current_, false, sink)) return Outcome::more;
  if (!successor) return Outcome::caught_up;
  follow(std::move(*successor), now);
  return Outcome::more;
}

void LogTail::follow(File successor, Time now) {
  seek_.reset();
  // One of the old files may have come back, its lines are known.
  const auto known = std::find_if(old_.begin(), old_.end(), [&](const File& file) {
    return file.device == successor.device && file.inode == successor.inode;
  });
  if (known != old_.end()) {
    successor = std::move(*known);
    old_.erase(known);
  }
  current_->last_data = now;
  old_.push_back(std::move(*current_));
  current_ = std::move(successor);
}

void LogTail::go_to(int64_t offset) {
  if (!current_) return;
  current_->offset = offset - offset % static_cast<int64_t>(unit_);
  current_->ending = read_before(current_->fd.get(), current_->offset, kBeginningBytes);
}

void LogTail::remember(const File& file) {
  if (file.ending.empty()) return;
  former_.push_back({file.beginning, file.ending, file.offset});
  if (former_.size() > kMaxFormer) former_.pop_front();
}

bool LogTail::reads(const FileId& id) const {
  const auto is = [&](const File& file) {
    return file.device == id.device && file.inode == id.inode;
  };
  return (current_ && is(*current_)) || std::any_of(old_.begin(), old_.end(), is);
}

std::optional<int64_t> LogTail::former_offset(int fd) const {
  for (auto former = former_.rbegin(); former != former_.rend(); ++former) {
    const int64_t before = former->offset - static_cast<int64_t>(former->ending.size());
    if (still_there(fd, former->beginning, 0) && still_there(fd, former->ending, before)) {
      return former->offset;
    }
  }
  return std::nullopt;
}

bool LogTail::may_be_copied_to(int fd, int64_t size) const {
  if (!current_ || size <= 0) return false;
  const int own = current_->fd.get();
  const std::string end = read_before(fd, size, kComparedBytes);
  if (!end.empty() && still_there(own, end, size - static_cast<int64_t>(end.size())) &&
      still_there(own, read_beginning(fd), 0)) {
    return true;
  }
  // Last, because the truncation may come while the contents are compared.
  const int64_t known = static_cast<int64_t>(current_->ending.size());
  return !still_there(own, current_->beginning, 0) ||
         !still_there(own, current_->ending, current_->offset - known);
}

bool LogTail::skip_old_lines(const LogSeek::Judge& judge) {
  struct stat status {};
  if (!current_ || ::fstat(current_->fd.get(), &status) != 0) return true;
  if (!seek_) seek_.emplace(current_->offset, status.st_size, unit_);
  const auto start = seek_->step(current_->fd.get(), judge);
  if (!start) return false;
  seek_.reset();
  go_to(*start);
  return true;
}

LogTail::Position LogTail::position() const {
  if (!current_) return {};
  return {current_->offset, hash_first_line(current_->fd.get())};
}

// O_NONBLOCK: a pipe or a device in place of a log must not stop the server.
std::optional<LogTail::File> LogTail::open() {
  return take(Fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)));
}

// What ::open() gave, with its errno if that was nothing.
std::optional<LogTail::File> LogTail::take(Fd fd) {
  File file;
  file.fd = std::move(fd);
  struct stat status {};
  if (!file.fd || ::fstat(file.fd.get(), &status) != 0) {
    problem_ = std::strerror(errno);
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) {
    problem_ = std::string("it is ") + kind_of(status.st_mode) + ", not a file";
    return std::nullopt;
  }
  problem_.clear();
  file.device = status.st_dev;
  file.inode = status.st_ino;
  file.beginning = read_beginning(file.fd.get());
  file.big_endian = file.beginning.starts_with("\xFE\xFF");
  return file;
}

// The file at the path if it is another one than the current. A path without a file keeps the
// current one: it may be between the two steps of a rotation. The open descriptors keep the kernel
// from giving their inode numbers to new files.
std::optional<LogTail::File> LogTail::open_successor() {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) {
    problem_ = std::strerror(errno);
    return std::nullopt;
  }
  if (status.st_dev == current_->device && status.st_ino == current_->inode) {
    problem_.clear();
    return std::nullopt;
  }
  std::optional<File> file = open();
  if (!file || !origin_of_) return file;
  const Origin origin = origin_of_(file->fd.get(), {file->device, file->inode}, status.st_size);
  if (origin.elsewhere) return std::nullopt;
  file->offset = origin.offset;
  return file;
}

// Oldest first; whether there was anything to do.
bool LogTail::read_old_files(Time now, const LineSink& sink) {
  for (auto file = old_.begin(); file != old_.end(); ++file) {
    if (advance(*file, false, sink)) {
      file->last_data = now;
      return true;
    }
  }
  if (old_.empty() || (now - old_.front().last_data < kGrace && old_.size() <= kMaxOldFiles)) {
    return false;
  }
  advance(old_.front(), true, sink);
  remember(old_.front());
  old_.pop_front();
  return true;
}

// Hands out at most a buffer's worth; whether there was any.
bool LogTail::advance(File& file, bool take_rest, const LineSink& sink) {
  const int fd = file.fd.get();
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  std::string beginning = read_beginning(fd);
  const auto rewritten = [&] {
    return beginning.compare(0, file.beginning.size(), file.beginning) != 0;
  };
  if (status.st_size < file.offset || rewritten()) {
    remember(file);
    file.offset = 0;
    file.ending.clear();
    file.skipping = false;
  }
  file.beginning = std::move(beginning);
  if (status.st_size <= file.offset) return false;
  // Not kept: there may be a thousand logs, of which few are read at a time.
  const auto buffer = std::make_unique_for_overwrite<char[]>(kMaxLineBytes);
  const ssize_t got = read_at(fd, buffer.get(), kMaxLineBytes, file.offset);
  if (got <= 0) return false;
  const std::string_view bytes(buffer.get(), static_cast<size_t>(got));
  // Rewritten between the two looks: bytes of the new content are read again from its start, bytes
  // of the old one exist nowhere else any more.
  beginning = read_beginning(fd);
  if (rewritten() && still_there(fd, bytes, file.offset)) return true;
  const size_t used = hand_out(file, bytes, take_rest, sink);
  if (used > 0) file.ending = bytes.substr(used - std::min(used, kBeginningBytes), kBeginningBytes);
  file.offset += static_cast<int64_t>(used);
  return used > 0;
}

// How many bytes of the buffer are done with.
size_t LogTail::hand_out(File& file, std::string_view buffer, bool take_rest,
                         const LineSink& sink) {
  size_t used = 0;
  while (used < buffer.size()) {
    if (!file.skipping) used += hole_before_line(buffer.substr(used), unit_);
    const std::string_view rest = buffer.substr(used);
    if (rest.empty()) break;
    const size_t newline = find_newline(rest, unit_);
    const bool whole = newline != std::string_view::npos;
    const bool overlong = !whole && rest.size() == kMaxLineBytes;
    if (!whole && !overlong && !file.skipping && !take_rest) break;
    if (whole && unit_ > 1) file.big_endian = rest[newline + unit_ - 1] == '\n';
    const std::string_view text = without_return(rest.substr(0, newline), unit_);
    if (!file.skipping) sink({text, overlong, file.big_endian});
    file.skipping = !whole && (file.skipping || overlong);
    used += whole ? newline + unit_ : rest.size();
  }
  return used;
}

}  // namespace gaoler::sys
