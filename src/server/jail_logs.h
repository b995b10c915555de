// JailLogs: the log files of one jail: which there are, how far they were read, and the patterns
// that find new ones.
//
// Files come by name (addlogpath) or by a pattern (addlogglob), which is looked at once a second:
// a new file is read from its start, one that is gone for 20 s is let go. What a rotation left
// behind under a name that the pattern finds too (a.log -> a.log.1, or a copy of it) is not read
// twice: it goes on where it was read under its old name. One thread: the loop's.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/log_reader.h"
#include "server/services.h"
#include "store/change.h"

namespace gaoler::server {

class JailLogs {
 public:
  using Done = std::function<void()>;
  // How many files one pattern may find; more are left out, with a warning.
  static constexpr size_t kMaxFilesOfPattern = 1000;

  JailLogs(std::string jail, bool polling, Services& services);
  ~JailLogs();

  // In order of their being added.
  void add(const std::string& path, bool at_end, Done done);
  void remove(const std::string& path);  // for good, until a reload
  std::vector<std::string> paths() const;
  // Of these, the ones that inotify is of no use for; none where polling was asked for.
  std::vector<std::string> polled_paths() const;

  void add_pattern(const std::string& pattern);
  std::vector<std::string> patterns() const;

  // Holds for all files. "auto" is UTF-8.
  const std::string& encoding() const { return encoding_; }
  base::Result<void> set_encoding(const std::string& name);

  void start(LogReader::LineSink sink, LogReader::Judge judge);
  void stop();
  void pause(bool paused);

  // Of the files that were read since the last call.
  std::vector<store::Change> take_positions();

  // A reload begins: files and patterns are to be named again; what was not goes when it ends.
  void begin_reload();
  void end_reload();
  // ... or is given up: all files stay.
  void abandon_reload();

 private:
  struct Pattern {
    std::string text;
    std::string directory;  // where the names are looked for; empty if it has wildcards itself
    int64_t changed = -1;   // the directory's time of change when it was looked at, ns
    bool warned = false;
  };
  struct Reload {
    std::vector<std::string> old_paths;
    std::vector<std::string> named;
    std::string old_encoding;
  };

  std::shared_ptr<LogReader> make_reader(const std::string& path);
  void follow(const std::string& path, sys::Fd opened, std::optional<int64_t> offset, Done done);
  void start_reader(LogReader& reader);
  void set_decoders();
  void drop(const std::string& path);
  void beat();
  void look_for_new(Pattern& pattern, bool thoroughly);
  void adopt(const std::string& path);
  void drop_gone();
  sys::LogTail::Origin origin_of(int fd, const sys::LogTail::FileId& id, int64_t size) const;

  std::string jail_;
  bool polling_;
  Services& services_;
  std::string encoding_ = "auto";
  std::vector<std::shared_ptr<LogReader>> readers_;
  std::vector<Pattern> patterns_;
  std::set<std::string> candidates_;  // found at the last look; adopted at the next
  std::set<std::string> excluded_;    // taken out by hand
  std::map<std::string, int> gone_;   // path -> looks in a row that did not find it
  LogReader::LineSink sink_;          // while running
  LogReader::Judge judge_;
  bool paused_ = false;
  int looks_ = 0;
  std::optional<Reload> reload_;
  boost::asio::steady_timer heartbeat_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gaoler::server
