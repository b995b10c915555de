// ProcessRunner: runs /bin/sh scripts as children, without ever blocking the loop.
//
// Each child gets a session and process group of its own, /dev/null as input and no other
// descriptor of ours; its output is kept up to kMaxOutputBytes, the rest is read and dropped so
// that it never blocks on a full pipe. After `timeout` the group gets SIGTERM, kKillDelay later
// SIGKILL. One thread: that of the io_context. Handlers are posted, never called inside run().
// Destruction kills what still runs; their handlers are not called.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::sys {

struct ProcessRequest {
  std::string script;             // for /bin/sh -c
  std::vector<std::string> args;  // $0, $1, ...
  base::Seconds timeout = 60;     // <= 0: none
};

struct ProcessResult {
  enum class End { exited, signalled, not_started };
  End end = End::not_started;
  int code = 0;  // exit status, or the signal's number
  bool timed_out = false;
  std::string output;      // stdout
  std::string errors;      // stderr; for not_started why
  bool truncated = false;  // one of them was longer than kMaxOutputBytes

  bool ok() const { return end == End::exited && code == 0 && !timed_out; }
};

class ProcessRunner {
 public:
  using Handler = std::function<void(ProcessResult)>;

  static constexpr size_t kMaxOutputBytes = 64 * 1024;  // per stream
  static constexpr std::chrono::milliseconds kKillDelay{200};
  // After the end of the script its output is read for so long, then left: a daemon it started may
  // hold the pipes.
  static constexpr std::chrono::milliseconds kOutputDelay{100};

  explicit ProcessRunner(boost::asio::io_context& loop);
  ~ProcessRunner();
  ProcessRunner(const ProcessRunner&) = delete;
  ProcessRunner& operator=(const ProcessRunner&) = delete;

  void run(ProcessRequest request, Handler handler);
  size_t running() const;

 private:
  struct Child;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gaoler::sys
