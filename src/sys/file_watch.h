// FileWatch: says when a file may have changed - written, created, replaced, moved, truncated.
//
// inotify on the file and on its directory tells at once; a heartbeat calls everyone once a second
// besides, so that a directory that does not exist yet, a network mount, a lost event or a reached
// watch limit costs a second and no line. Callbacks come from the loop and may come for nothing.
// One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/log.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::sys {

class FileWatch {
 public:
  using Id = uint64_t;
  enum class Cause { event, heartbeat };
  using Callback = std::function<void(Cause)>;

  // Both are lent.
  FileWatch(boost::asio::io_context& loop, base::LogSink& log);
  ~FileWatch();

  // polling: heartbeat only.
  Id add(const std::string& path, bool polling, Callback callback);
  void remove(Id id);
  // Whether inotify is to tell of changes of the file; not if there is none or the limit is
  // reached.
  bool watches(Id id) const;
  // Stops the heartbeat, so that the loop can run dry.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gaoler::sys
