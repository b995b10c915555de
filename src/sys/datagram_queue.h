// DatagramQueue: lines on their way to a datagram socket (syslog, the journal), in order.
//
// A reader that is slow or gone for a while costs no line and nobody's time: what it does not take
// waits, and send() or retry() try again. Bounded: of kMaxWaiting lines on only important ones are
// kept, of twice as many none; lost ones are counted. Not thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>

#include "sys/fd.h"

namespace gaoler::sys {

class DatagramQueue {
 public:
  static constexpr size_t kMaxWaiting = 10000;
  using Connect = std::function<Fd()>;  // an empty one when nobody listens

  DatagramQueue() = default;
  DatagramQueue(Fd connected, Connect connect);

  void send(std::string datagram, bool important);
  void retry();
  size_t waiting() const { return waiting_.size(); }
  // Since the last call.
  size_t take_lost();

 private:
  enum class Outcome { sent, later, broken };
  Outcome send_first();

  Fd fd_;
  Connect connect_;
  std::deque<std::string> waiting_;
  size_t lost_ = 0;
};

}  // namespace gaoler::sys
