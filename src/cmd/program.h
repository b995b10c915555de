// Program: the part that fail2ban-client and fail2ban-server have in common: command line, own
// options, log to stderr, dumps and tests of the configuration, and a run as a client.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/control.h"
#include "cmd/command_line.h"
#include "cmd/configuration.h"
#include "sys/clock.h"
#include "sys/logger.h"

namespace gaoler::cmd {

inline constexpr int kFailed = 255;

// Prints an answer that argv alone leads to, as client or server do; its exit code.
int give(const Answer& answer, bool as_client);

class Program {
 public:
  // `argv` is kept for programs that are started with the same options.
  Program(CommandLine line, std::vector<std::string> argv);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Does what -d, --dump-ini and -t ask for and finds socket and log. An exit code if that was all.
  std::optional<int> prepare();

  // Sends the command, or asks for commands; the exit code.
  int run_as_client();

  const CommandLine& line() const { return line_; }
  const config::ClientOptions& options() const { return options_; }  // after prepare()
  client::Control control();

 private:
  CommandLine line_;
  std::vector<std::string> argv_;
  sys::SystemClock clock_;
  sys::Logger log_{clock_};
  Configuration configuration_{line_, log_};
  config::ClientOptions options_;
};

}  // namespace gaoler::cmd
