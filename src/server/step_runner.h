// StepRunner: runs the steps of one jail's actions, in the order they are given.
//
// Plain nft steps go to the kernel in process (unless told to use the shell), calls to their
// callee, all others to /bin/sh. Element steps that wait next to each other in the queue become one
// transaction, each with its own result. Failures are logged in fail2ban's words ("... -- exec:
// ...", "-- stderr:
// ...", "-- returned 1"). Lives on the loop's thread; handlers are called from the loop, never
// inside run(). Destruction drops what waits, without calling handlers.
#pragma once

#include <functional>
#include <memory>

#include "action/step.h"
#include "base/log.h"
#include "server/nft_access.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::server {

class StepRunner {
 public:
  using Handler = std::function<void(bool ok)>;

  // All are lent and must outlive the runner.
  StepRunner(boost::asio::io_context& loop, base::LogSink& log, NftAccess& nft);
  ~StepRunner();
  StepRunner(const StepRunner&) = delete;
  StepRunner& operator=(const StepRunner&) = delete;

  void run(action::Step step, Handler handler);

  // Steps given and not yet over.
  size_t waiting() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gaoler::server
