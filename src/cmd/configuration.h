// Configuration: the configuration directory as the two programs use it: options of their own, the
// stream of commands, and everything that is to be said about the files, said to the log.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "client/control.h"
#include "cmd/command_line.h"
#include "config/stream.h"

namespace gaoler::cmd {

class Configuration {
 public:
  // Both are lent.
  Configuration(const CommandLine& line, base::LogSink& log) : line_(line), log_(log) {}

  // Socket, log and so on from files and command line; on failure why.
  base::Result<config::ClientOptions> client_options() const;

  // The commands of one jail or of all; nothing if they cannot be used.
  std::optional<client::Orders> stream(const std::optional<std::string>& jail) const;

  // What -d, --dp, --dump-ini and -t print; true for exit code 0.
  bool dump(std::ostream& out) const;
  bool test() const;

 private:
  config::Request request() const;
  void report(const std::vector<config::Diagnostic>& diagnostics, bool broken) const;

  const CommandLine& line_;
  base::LogSink& log_;
  config::DiskFiles files_;
};

}  // namespace gaoler::cmd
