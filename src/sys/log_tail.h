// LogTail: reads one log file line by line, through rotation, for one reader.
//
// It has no timer and no watch: whoever owns it calls read() when the file may have changed.
// Follows the path: when another file stands there (rename, symlink swap) the rest of the old one
// is read first; a file that shrank or whose beginning changed (truncate, copytruncate) is read
// from its start. A line is handed out when its newline is there. Bounded: one buffer; of a line
// longer than kMaxLineBytes the beginning counts and the rest is dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sys/fd.h"

namespace gaoler::sys {

class LogTail {
 public:
  static constexpr size_t kMaxLineBytes = 64 * 1024;

  // Where reading goes on after a restart.
  struct Position {
    int64_t offset = 0;           // of the first line not handed out yet
    std::string first_line_hash;  // SHA-1 of the first line with its newline, hex; empty without a
                                  // whole first line
  };

  struct Line {
    std::string_view text;   // bytes as they are, without "\n" or "\r\n"; valid during the call
    bool truncated = false;  // longer than kMaxLineBytes
  };
  using LineSink = std::function<void(const Line&)>;

  enum class Outcome {
    more,       // a buffer's worth was handed out, call again
    caught_up,  // at the end of the file
    missing,    // there is no file to read (yet)
  };

  explicit LogTail(std::string path);

  const std::string& path() const { return path_; }

  // Before the first read: goes on at a stored position if the file still begins with the same
  // line, else at 0.
  void resume(const Position& stored);
  // Before the first read: skips what is there.
  void start_at_end();

  // Reads at most one buffer.
  Outcome read(const LineSink& sink);

  Position position() const;

 private:
  bool open();
  bool file_replaced() const;
  void check_beginning();
  size_t hand_out(std::string_view buffer, bool at_end_of_replaced, const LineSink& sink);
  std::string first_line_hash() const;

  std::string path_;
  Fd fd_;
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  int64_t offset_ = 0;
  bool skipping_ = false;  // inside the dropped rest of an overlong line
  std::string beginning_;  // first bytes of the file as last seen
  std::string buffer_;
};

// The hash as in LogTail::Position; empty if the file cannot be read or has no whole first line.
std::string first_line_hash_of(const std::string& path);

}  // namespace gaoler::sys
