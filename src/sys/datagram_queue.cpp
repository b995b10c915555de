#include "sys/datagram_queue.h"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace gaoler::sys {

DatagramQueue::DatagramQueue(Fd connected, Connect connect)
    : fd_(std::move(connected)), connect_(std::move(connect)) {}

void DatagramQueue::send(std::string datagram, bool important) {
  const size_t room = important ? 2 * kMaxWaiting : kMaxWaiting;
  if (waiting_.size() >= room) {
    ++lost_;
  } else {
    waiting_.push_back(std::move(datagram));
  }
  retry();
}

void DatagramQueue::retry() {
  bool reconnected = false;
  while (!waiting_.empty()) {
    const Outcome outcome = send_first();
    if (outcome == Outcome::later) return;
    if (outcome == Outcome::sent) {
      waiting_.pop_front();
    } else {
      // Who listened was restarted, or is not there yet.
      if (std::exchange(reconnected, true)) return;
      fd_ = connect_();
    }
  }
}

DatagramQueue::Outcome DatagramQueue::send_first() {
  if (!fd_) return Outcome::broken;
  const std::string& first = waiting_.front();
  if (::send(fd_.get(), first.data(), first.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
    return Outcome::sent;
  }
  if (errno == EMSGSIZE) {
    ++lost_;
    return Outcome::sent;  // it would never go
  }
  return errno == EAGAIN || errno == ENOBUFS || errno == EINTR ? Outcome::later : Outcome::broken;
}

size_t DatagramQueue::take_lost() {
  return std::exchange(lost_, 0);
}

}  // namespace gaoler::sys
