#include "sys/log_seek.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include "sys/line_ends.h"

namespace gaoler::sys {
namespace {

constexpr size_t kFirstLook = 4 * 1024;

int64_t stride_of(int64_t bytes, size_t unit) {
  const int64_t stride = std::max(LogSeek::kMinStride, bytes / LogSeek::kParts);
  return stride - stride % static_cast<int64_t>(unit);
}

size_t read_at(int fd, std::string& buffer, size_t size, int64_t offset) {
  buffer.resize(size);
  ssize_t got = 0;
  do {
    got = ::pread(fd, buffer.data(), size, offset);
  } while (got < 0 && errno == EINTR);
  buffer.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return buffer.size();
}

}  // namespace

LogSeek::LogSeek(int64_t begin, int64_t end, size_t unit)
    : end_(end),
      unit_(unit),
      stride_(stride_of(end - begin, unit)),
      next_(begin + stride_),
      start_(begin) {}

std::optional<int64_t> LogSeek::step(int fd, const Judge& judge) {
  if (next_ + stride_ > end_) return start_;
  const Look found = look(fd, next_, judge);
  if (found.age == LineAge::recent) return start_;
  if (found.age == LineAge::old) start_ = found.line_end;
  next_ += stride_;
  return std::nullopt;
}

// The first dated one of the lines that begin behind the place.
LogSeek::Look LogSeek::look(int fd, int64_t at, const Judge& judge) {
  for (size_t size = kFirstLook; size <= kMaxLook; size *= 4) {
    if (read_at(fd, buffer_, size, at) == 0) break;
    const std::string_view text = buffer_;
    size_t line = find_newline(text, unit_);  // the end of the line that the place is in
    for (int left = kLines; line != std::string_view::npos && left > 0; --left) {
      line += unit_;
      const size_t length = find_newline(text.substr(line), unit_);
      if (length == std::string_view::npos) break;
      const bool big_endian = text[line + length + unit_ - 1] == '\n';
      const auto age = judge(without_return(text.substr(line, length), unit_), big_endian);
      line += length;
      if (age != LineAge::undated) return {age, at + static_cast<int64_t>(line + unit_)};
      if (left == 1) return {};
    }
  }
  return {};
}

}  // namespace gaoler::sys
