#include "sys/datagram_queue.h"

#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace gaoler::sys {
namespace {

// A pair of sockets whose reading end is with the test.
class Listener {
 public:
  Fd connect() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return {};
    reading_ = Fd(ends[0]);
    ++connections;
    return Fd(ends[1]);
  }
  void hang_up() { reading_.reset(); }
  std::vector<std::string> take() {
    std::vector<std::string> all;
    std::array<char, 1000> buffer;
    ssize_t got = 0;
    while ((got = ::recv(reading_.get(), buffer.data(), buffer.size(), 0)) >= 0) {
      all.emplace_back(buffer.data(), static_cast<size_t>(got));
    }
    return all;
  }
  int connections = 0;

 private:
  Fd reading_;
};

using Lines = std::vector<std::string>;

TEST(DatagramQueue, LinesForASlowReaderWaitInOrder) {
  Listener listener;
  DatagramQueue queue(listener.connect(), [&] { return listener.connect(); });
  Lines sent;
  while (queue.waiting() < 3) {
    sent.push_back("line " + std::to_string(sent.size()));
    queue.send(sent.back(), false);
  }
  Lines read = listener.take();
  while (queue.waiting() > 0) {
    queue.retry();
    for (std::string& line : listener.take()) read.push_back(std::move(line));
  }
  EXPECT_EQ(read, sent);
  EXPECT_EQ(listener.connections, 1);
  EXPECT_EQ(queue.take_lost(), 0U);
}

TEST(DatagramQueue, AReaderThatWasRestartedGetsWhatItMissed) {
  Listener listener;
  bool there = true;
  DatagramQueue queue(listener.connect(), [&] { return there ? listener.connect() : Fd(); });
  there = false;
  listener.hang_up();
  queue.send("one", false);
  queue.send("two", false);
  EXPECT_EQ(queue.waiting(), 2U);
  there = true;
  queue.retry();
  EXPECT_EQ(listener.take(), (Lines{"one", "two"}));
}

TEST(DatagramQueue, ImportantLinesAreKeptLonger) {
  DatagramQueue queue(Fd(), [] { return Fd(); });
  for (size_t i = 0; i < DatagramQueue::kMaxWaiting + 5; ++i) queue.send("x", false);
  EXPECT_EQ(queue.waiting(), DatagramQueue::kMaxWaiting);
  EXPECT_EQ(queue.take_lost(), 5U);
  for (size_t i = 0; i < DatagramQueue::kMaxWaiting + 7; ++i) queue.send("Ban", true);
  EXPECT_EQ(queue.waiting(), 2 * DatagramQueue::kMaxWaiting);
  EXPECT_EQ(queue.take_lost(), 7U);
  EXPECT_EQ(queue.take_lost(), 0U);
}

}  // namespace
}  // namespace gaoler::sys
