// LineProcess: a child that is talked to in lines, for as long as it lives.
//
// Its standard input and output carry the lines; what it writes to its standard error goes to
// on_complaint, line by line. It gets a session and process group of its own and no other
// descriptor of ours. A line beyond kMaxLineBytes, or more than kMaxUnread bytes that it does not
// read, end it. One thread: that of the io_context. Callbacks come from the loop, never inside a
// call; none after stop() or destruction.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::sys {

class LineProcess {
 public:
  static constexpr size_t kMaxLineBytes = 4 * 1024 * 1024;
  static constexpr size_t kMaxUnread = 16 * 1024 * 1024;
  static constexpr size_t kMaxComplaintBytes = 8 * 1024;  // a longer line is cut into several
  static constexpr std::chrono::milliseconds kKillDelay{200};

  struct Handlers {
    std::function<void(std::string line)> on_line;
    std::function<void(std::string line)> on_complaint;
    std::function<void(std::string why)> on_end;  // once; it is gone or has been sent away
  };

  // argv[0] is looked for in PATH. Refused when there is no such program.
  static base::Result<std::unique_ptr<LineProcess>> start(boost::asio::io_context& loop,
                                                          const std::vector<std::string>& argv,
                                                          Handlers handlers);
  ~LineProcess();  // as stop()
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  void write(const std::string& line);
  // TERM to the group, kKillDelay later KILL.
  void stop();

 private:
  struct State;
  explicit LineProcess(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace gaoler::sys
