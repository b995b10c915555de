// The door to config/: files -> the commands a server is configured with, and what there was to say
// about them.
//
// Pure functions over a FileSource: same files, same result; no globals, any thread. (With several
// workers, threads that end with the call use the source as well.) As
// fail2ban 1.1.0 reads the same tree, command for command, plus what trees of 1.1.1 need
// (option?k=v parameters; dialect.h). Mistakes are values in
// Stream::diagnostics, never exceptions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/diagnostic.h"
#include "config/file_source.h"
#include "protocol/value.h"

namespace gaoler::config {

// What the command line adds to the files.
struct Request {
  std::string directory = "/etc/fail2ban";  // -c
  std::string version = "1.1.0";            // %(fail2ban_version)s

  // --loglevel, --logtarget, --syslogsocket, -s (socket), -p (pidfile): these beat fail2ban.conf.
  std::map<std::string, std::string> overrides;

  std::optional<std::string> jail;  // reload or restart of one jail; nothing = all

  // Enabled jails without any log file make the whole configuration unusable (start, reload, -t);
  // `-d` only warns.
  bool accept_missing_logs = false;

  // -t: a jail that has to be skipped makes the outcome a failure.
  bool refuse_wrong_jails = false;

  // Threads that may read jails, the caller's among them; the result does not depend on it.
  size_t workers = 1;
};

enum class Outcome {
  good,        // exit code 0
  some_wrong,  // commands are there but the configuration does not count as good: exit code 255
  broken,      // no commands at all: exit code 255
};

struct Stream {
  Outcome outcome = Outcome::good;
  std::vector<protocol::Command> commands;  // empty when broken
  // The patterns among the log paths, as ["set", JAIL, "addlogglob", PATTERN, MODE]: no commands of
  // fail2ban's, which looks for files only when it reads the configuration.
  std::vector<protocol::Command> log_globs;
  std::vector<Diagnostic> diagnostics;  // in the order met, all levels
  // Of read_jail and read_filter: what `logtype`, `datepattern` and the parameters came out as,
  // after all files and tags. The parameters of a filter are those given and those of its [Init].
  using RealOptions = std::vector<std::pair<std::string, protocol::Value>>;
  RealOptions real_options;
};

// What `-d` prints, start and reload send, and `-t` judges.
Stream read_stream(const FileSource& files, const Request& request);

// fail2ban.conf as far as the client and the server's start need it; overrides are already applied.
struct ClientOptions {
  bool readable =
      true;  // false: the base directory does not exist, a file is broken, or the log level is none
  std::string socket;
  std::string pidfile;
  std::string loglevel;
  std::string logtarget;
  std::string syslogsocket;
  std::vector<Diagnostic> diagnostics;
};
ClientOptions read_client_options(const FileSource& files, const Request& request);

// For fail2ban-regex: the commands that one jail (enabled or not) or one filter file leads to.
using Parameters =
    std::vector<std::pair<std::string, std::string>>;  // in written order, names are unique

// "name[k=v, ...]" taken apart; nothing if the text is not of that form.
struct NameWithParameters {
  std::string name;
  Parameters parameters;
};
base::Result<NameWithParameters> parse_name_with_parameters(std::string_view text);

// Names of all jails of the configuration, in order, enabled or not.
std::vector<std::string> list_jails(const FileSource& files, const Request& request);

// A jail with parameters laid over its options and its filter's; logs may be missing.
Stream read_jail(const FileSource& files, const Request& request, const std::string& jail,
                 const Parameters& parameters);

// A filter: `name` is a name below filter.d of the request's directory (with all its .d and .local
// files), or, if `standalone`, the path of one file that is read alone with its includes. Commands
// name the jail `jail`.
struct FilterRequest {
  std::string name;
  Parameters parameters;
  std::string backend;  // decides the default of `logtype`
  std::string jail = "fail2ban-regex-jail";
  bool standalone = false;
};
Stream read_filter(const FileSource& files, const Request& request, const FilterRequest& filter);

// The merged, resolved configuration as INI: every file and jail if `what` is empty, else one jail
// by its name or one file by its name below the directory ("jail", "fail2ban", "filter.d/sshd",
// "action.d/nftables"; ".conf" may follow). Behind each value, as a comment, the file and line it
// came from. Reading it back gives the same values.
base::Result<std::string> dump_ini(const FileSource& files, const Request& request,
                                   const std::string& what);

}  // namespace gaoler::config
