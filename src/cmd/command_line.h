// CommandLine: what argv says to fail2ban-client and fail2ban-server, which take the same options.
//
// As fail2ban's (getopt): options end at the first word that is none; what follows belongs to the
// command, dashes included ("set J unbanip --report-absent 1.2.3.4"). Later options beat earlier
// ones. Reads argv only.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"

namespace gaoler::cmd {

enum class Dump { none, plain, pretty, ini };

struct CommandLine {
  std::string program;  // as it was called, without directories
  std::string directory = "/etc/fail2ban";
  // socket, pidfile, loglevel, logtarget, syslogsocket: only those given.
  std::map<std::string, std::string> overrides;
  std::string process_name = "fail2ban-server";
  Dump dump = Dump::none;
  bool test = false;
  bool interactive = false;
  bool force = false;
  bool background = true;
  bool wait_for_stream = false;  // --async: whoever started us sends the configuration
  int verbosity = 1;             // 0 errors, 1 warnings, 2 information, 3 and more everything
  base::Seconds timeout = 30;
  std::vector<std::string> words;  // the command
};

// All that there is to do: something to print, an exit code, and for stderr why it is not 0.
struct Answer {
  std::string text;
  int exit_code = 0;
  std::string reason = {};
};

std::variant<CommandLine, Answer> parse_command_line(const std::vector<std::string>& argv);

// For a program of that name; those of servers do not list the commands.
std::string usage(const std::string& program);

}  // namespace gaoler::cmd
