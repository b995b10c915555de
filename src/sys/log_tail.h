// LogTail: reads one log file line by line, through rotation, for one reader.
//
// It has no timer, no watch and no clock: whoever owns it calls read() when the file may have
// changed, and at least every few seconds. Follows the path: when another file stands there
// (rename, symlink swap, delete and recreate) the old one is kept open beside it until it was quiet
// for kGrace, because its writer may not know yet; old lines come before new ones where both are
// there. A file that shrank or whose beginning changed (truncate, copytruncate) is read from its
// start. A line is handed out when its newline is there, or when its old file is given up.
// Bounded: one buffer and kMaxOldFiles descriptors; of a line longer than kMaxLineBytes the
// beginning counts and the rest is dropped.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sys/fd.h"
#include "sys/log_seek.h"

namespace gaoler::sys {

class LogTail {
 public:
  static constexpr size_t kMaxLineBytes = 64 * 1024;
  // A logrotate `create` tells the writer right after the rename; a loaded machine needs a while.
  static constexpr auto kGrace = std::chrono::seconds(10);
  static constexpr size_t kMaxOldFiles = 8;
  static constexpr size_t kMaxFormer = 8;

  using Time = std::chrono::steady_clock::time_point;

  // A file, whatever its name.
  struct FileId {
    uint64_t device = 0;
    uint64_t inode = 0;
  };

  // Where reading goes on after a restart.
  struct Position {
    int64_t offset = 0;           // of the first line not handed out yet
    std::string first_line_hash;  // SHA-1 of the first line with its newline, hex; empty without a
                                  // whole first line
  };

  struct Line {
    std::string_view text;    // bytes as they are, without "\n" or "\r\n"; valid during the call
    bool truncated = false;   // longer than kMaxLineBytes
    bool big_endian = false;  // of code units of more than one byte: as the newlines are written
  };
  using LineSink = std::function<void(const Line&)>;

  enum class Outcome {
    more,       // something was handed out or another file was found, call again
    caught_up,  // at the end of the file
    missing,    // there is no file to read (yet)
  };

  explicit LogTail(std::string path);

  const std::string& path() const { return path_; }

  // Bytes of one code unit of the text: 1, 2 (UTF-16) or 4. Newlines are looked for in whole units.
  void set_unit(size_t bytes);
  // Before the first read: opens the file now, or takes it as opened at `path`. It is then this
  // one that is read first, whatever happens to its name in the meantime.
  void hold(Fd opened = {});
  // Before the first read: goes on at a stored position if the file still begins with the same
  // line, else at 0.
  void resume(const Position& stored);
  // Before the first read: skips what is there.
  void start_at_end();

  // Before the first read, and after resume(): steps over lines that are too old (sys/log_seek.h).
  // A bounded piece of work; true when it is done.
  bool skip_old_lines(const LogSeek::Judge& judge);

  // Reads at most one buffer. `now` decides when an old file is given up.
  Outcome read(Time now, const LineSink& sink);

  // Why the path could not be opened when it was looked at last; empty if it could.
  const std::string& problem() const { return problem_; }

  // A file that was replaced may still grow.
  bool has_old_files() const { return !old_.empty(); }
  // Of the file that stands at the path, as far as known.
  Position position() const;

  // Of files beside this one, which may hold lines that are read here.
  bool reads(const FileId& id) const;  // as the file at the path, or one that stood there before
  // A file whose content, until its `size`, may be a copy of what stands at the path: it is the
  // same, or this file was rewritten just now and not read since.
  bool may_be_copied_to(int fd, int64_t size) const;
  // How far a file that is not read any more was read here: it was given up after its rotation, or
  // truncated after having been copied. Found by what was read first and last.
  std::optional<int64_t> former_offset(int fd) const;

  // Asked about a file that replaces the one at the path, before it is read.
  struct Origin {
    bool elsewhere = false;  // its lines are being read under another name: not yet
    int64_t offset = 0;      // they were, until here
  };
  using OriginOf = std::function<Origin(int fd, const FileId& id, int64_t size)>;
  void set_origin(OriginOf origin) { origin_of_ = std::move(origin); }

 private:
  struct File {
    Fd fd;
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t offset = 0;
    bool big_endian = false;
    bool skipping = false;  // inside the dropped rest of an overlong line
    std::string beginning;  // first bytes as last seen
    std::string ending;     // last bytes in front of `offset`
    Time last_data;         // of an old file: when it had something, or was replaced
  };

  struct Former {
    std::string beginning;
    std::string ending;
    int64_t offset = 0;
  };

  std::optional<File> open();
  std::optional<File> take(Fd fd);
  std::optional<File> open_successor();
  void follow(File successor, Time now);
  void go_to(int64_t offset);
  void remember(const File& file);
  bool advance(File& file, bool take_rest, const LineSink& sink);
  bool read_old_files(Time now, const LineSink& sink);
  size_t hand_out(File& file, std::string_view buffer, bool take_rest, const LineSink& sink);

  std::string path_;
  size_t unit_ = 1;
  std::optional<File> current_;
  std::deque<File> old_;       // replaced ones that may still grow, oldest first
  std::deque<Former> former_;  // newest last
  std::optional<LogSeek> seek_;
  OriginOf origin_of_;
  std::string problem_;
};

}  // namespace gaoler::sys
