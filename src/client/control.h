// Control: a run of the client program: one command as the user gave it, from words to exit code.
//
// Most commands go to the server as they are; start, restart and reload also need the configuration
// and a way to start a server, which come as functions, so that this folder knows neither. Prints
// replies to `print`, says what goes wrong to the log, with fail2ban's texts. Blocking, one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "protocol/value.h"

namespace gaoler::client {

// The configuration as a server is told it.
struct Orders {
  std::vector<protocol::Command> stream;
  // What only our own server understands; sent so that fail2ban's does not notice.
  std::vector<protocol::Command> additions;
};

// Everything a run needs from outside; the functions are called on this thread.
struct Surroundings {
  std::string socket;
  bool force = false;          // -x: a stale socket file is no obstacle
  base::Seconds timeout = 30;  // for a server to come up or go down

  base::LogSink& log;
  std::function<void(const std::string& line)> print;

  // The configuration as commands, of one jail or all; nothing if it cannot be used, which has been
  // said then.
  std::function<std::optional<Orders>(const std::optional<std::string>& jail)> read_stream;

  // Starts a server in the background that waits for commands; false if it could not, which has
  // been said then.
  std::function<bool()> spawn_server;
};

class Control {
 public:
  explicit Control(Surroundings surroundings) : around_(std::move(surroundings)) {}

  // True for exit code 0.
  bool run(std::vector<std::string> words);

  // Whether a server answers on the socket.
  bool ping(base::Seconds timeout) const;

  // What must hold before a server is started: none is there, the configuration is good, the socket
  // is free. Says what is wrong, else gives the stream.
  std::optional<Orders> prepare_start();

 private:
  enum class Show { replies, nothing };

  bool start();
  bool restart();
  bool reload(std::vector<std::string> words);
  bool send(const std::vector<protocol::Command>& commands, base::Seconds timeout, Show show);
  bool wait_for_server(bool alive);
  void wait_for_socket_to_go();
  void report(const protocol::Command& command, const protocol::Reply& reply, Show show);
  void report_unreachable(const std::string& cause, bool cause_only);
  void fail(const std::string& text) { around_.log.write(base::LogLevel::error, "fail2ban", text); }

  Surroundings around_;
};

}  // namespace gaoler::client
