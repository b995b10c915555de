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

#include "server/services.h"
#include "sys/journal_reader.h"

namespace gaoler::server {

// Of the options of backend = systemd[...]: journalflags, journalpath, journalfiles (names and
// patterns), namespace.
sys::JournalOptions journal_options(const std::map<std::string, std::string>& options);

class JournalSource : public std::enable_shared_from_this<JournalSource> {
 public:
  // The entry, and whether the end of the journal was reached once before it.
  using EntrySink = std::function<void(const sys::JournalEntry& entry, bool in_operation)>;
  // Of the last entry that was handed out.
  struct Position {
    base::UnixTime received;
    std::string date;
  };

  JournalSource(std::unique_ptr<sys::JournalReader> reader, Services& services);

  sys::JournalReader& reader() { return *reader_; }
  void start(base::UnixTime from, EntrySink sink);
  void stop();
  void pause(bool paused);
  const std::optional<Position>& position() const { return position_; }

 private:
  void wait();
  void beat();
  void wake();
  void turn();

  std::unique_ptr<sys::JournalReader> reader_;
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
