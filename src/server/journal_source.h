// JournalSource: the systemd journal for one jail: waits for entries and hands them out.
//
// Owns the reader. Reading is done in bounded turns on the loop, as for log files; a heartbeat
// looks once a second for journals that nothing can be waited on. One thread.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/services.h"
#include "sys/journal_reader.h"

namespace gaoler::server {

// With rotated=off: the files are looked at every few seconds, and opened anew when journald has
// put one aside; what the old one still holds is read first.
class JournalSource : public std::enable_shared_from_this<JournalSource> {
 public:
  // The entry, and whether the end of the journal was reached once before it.
  using EntrySink = std::function<void(const sys::JournalEntry& entry, bool in_operation)>;
  using FileId = std::pair<std::string, uint64_t>;  // path, inode
  // Of the last entry that was handed out.
  struct Position {
    base::UnixTime received;
    std::string date;
  };

  static base::Result<std::shared_ptr<JournalSource>> open(sys::JournalOptions options,
                                                           Services& services);

  base::Result<void> set_matches(std::vector<sys::JournalMatch> matches);
  void start(base::UnixTime from, EntrySink sink);
  void stop();
  void pause(bool paused);
  // If entries were read since the last call.
  std::optional<Position> take_position() { return std::exchange(position_, std::nullopt); }

 private:
  JournalSource(sys::JournalOptions options, std::unique_ptr<sys::JournalReader> reader,
                Services& services);

  void use_descriptor();
  void look_for_rotation();
  void wait();
  void beat();
  void wake();
  void turn();

  sys::JournalOptions options_;
  std::unique_ptr<sys::JournalReader> reader_;
  std::unique_ptr<sys::JournalReader> successor_;  // reads on when there is nothing more in reader_
  std::vector<sys::JournalMatch> matches_;
  std::vector<FileId> files_;  // of reader_, with rotated=off
  int beats_ = 0;
  Services& services_;
  boost::asio::posix::stream_descriptor news_;
  boost::asio::steady_timer heartbeat_;
  EntrySink sink_;
  std::optional<Position> position_;
  bool in_operation_ = false;
  bool scheduled_ = false;
  bool paused_ = false;
};

}  // namespace gaoler::server
