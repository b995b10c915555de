// Log lines for fail2ban-regex: of files (plain or gzip) and pipes, of the standard input, of a
// text given as argument.
//
// Lines come decoded as UTF-8 and without their end; bad bytes become U+FFFD. One line in memory at
// a time; a line longer than kMaxLineBytes loses its rest. As fail2ban does it, a plain file's last
// line counts only once it is ended by a newline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gaoler::cmd {

inline constexpr size_t kMaxLineBytes = 1u << 20;

class LineSource {
 public:
  virtual ~LineSource() = default;
  // False at the end. The view is good until the next call.
  virtual bool next(std::string_view& line) = 0;
  // Of the file as it is on disk; 0 if there is nothing to count.
  virtual uint64_t bytes_read() const { return 0; }
  virtual uint64_t bytes_total() const { return 0; }
  // Why there was no more to read, if that was not the end: a damaged or cut gzip file, a read
  // error.
  virtual std::optional<std::string> trouble() const { return std::nullopt; }
};

// "UTF-8" by any of its names is checked, every other encoding converted by iconv.
base::Result<std::unique_ptr<LineSource>> open_file(const std::string& path,
                                                    const std::string& encoding);
// The program that unpacks a file we cannot read ourselves: "xz", "bzip2", "zstd".
std::optional<std::string> unpacker_of(const std::string& path);
base::Result<std::unique_ptr<LineSource>> open_standard_input(const std::string& encoding);
std::unique_ptr<LineSource> lines_of_text(std::string text);

// What Python would use here: the encoding of the locale, UTF-8 where that is plain ASCII.
std::string default_encoding();

}  // namespace gaoler::cmd
