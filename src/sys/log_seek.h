// LogSeek: where reading a long log begins, so that lines which are too old need not be read.
//
// Looks at the dates of a few lines in every 512th part of the file, from its start, and stops at
// the first that is not too old: reading begins behind the last old line before it. That is never
// later than where fail2ban's half-interval search arrives, whose first nine steps look at the same
// places - also in a log that is not in order, or has long stretches without dates, which count for
// nothing. Files of less than two strides are read from the start. One step() is one look: a few
// kilobytes. Knows no dates: the judge does. Offsets are bytes from the start of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gaoler::sys {

enum class LineAge { old, recent, undated };

class LogSeek {
 public:
  static constexpr int64_t kMinStride = 1024 * 1024;
  static constexpr int64_t kParts = 512;
  static constexpr int kLines = 6;  // looked at for a date in one place
  static constexpr size_t kMaxLook = 64 * 1024;

  // The line without its end; `big_endian` of code units of more than one byte.
  using Judge = std::function<LineAge(std::string_view line, bool big_endian)>;

  // The part of the file that is not read yet; both are starts of lines or the file's end.
  LogSeek(int64_t begin, int64_t end, size_t unit);

  // Looks at the next place; the offset to read from, when it is known.
  std::optional<int64_t> step(int fd, const Judge& judge);

 private:
  struct Look {
    LineAge age = LineAge::undated;
    int64_t line_end = 0;  // of the line that decided
  };
  Look look(int fd, int64_t at, const Judge& judge);

  int64_t end_;
  size_t unit_;
  int64_t stride_;
  int64_t next_;
  int64_t start_;  // behind the last line known to be old
  std::string buffer_;
};

}  // namespace gaoler::sys
