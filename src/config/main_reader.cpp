#include "config/main_reader.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

using protocol::Dict;
using protocol::Value;

const std::vector<OptionSpec> kClientSpecs{
    {"socket", OptionKind::text, "/var/run/fail2ban/fail2ban.sock"},
    {"pidfile", OptionKind::text, "/var/run/fail2ban/fail2ban.pid"},
    {"loglevel", OptionKind::text, "INFO"},
    {"logtarget", OptionKind::text, "/var/log/fail2ban.log"},
    {"syslogsocket", OptionKind::text, "auto"},
};

const std::vector<OptionSpec> kServerSpecs{
    {"allowipv6", OptionKind::text, "auto"},
    {"dbfile", OptionKind::text, "/var/lib/fail2ban/fail2ban.sqlite3"},
    {"dbmaxmatches", OptionKind::integer},
    {"dbpurgeage", OptionKind::text, "1d"},
};

// Ours alone: nothing is sent while they are not set.
const std::vector<OptionSpec> kOwnSpecs{
    {"nft", OptionKind::text},
    {"keep_bans_on_stop", OptionKind::boolean},
    {"protect_lifelines", OptionKind::boolean},
};

const std::vector<OptionSpec> kThreadSpecs{{"stacksize", OptionKind::integer}};

// What `-c` names may lack every file; then all options have their defaults.
const Store& store_of(Loader& loader) {
  static const Store kEmpty;
  const Store* store = loader.load("fail2ban");
  return store ? *store : kEmpty;
}

bool is_log_level(const std::string& text) {
  constexpr std::array<std::string_view, 4> kMoreNames{"WARN", "FATAL", "NOTSET", "TRACEDEBUG"};
  std::string name = base::to_upper(text);
  return base::parse_log_level(text) ||
         std::find(kMoreNames.begin(), kMoreNames.end(), name) != kMoreNames.end();
}

}  // namespace

ClientOptions client_options(Loader& loader, const Request& request, Report& report) {
  Options options;
  // Files are only asked for what the command line leaves open.
  for (const OptionSpec& spec : kClientSpecs) {
    auto given = request.overrides.find(std::string(spec.name));
    if (given != request.overrides.end()) {
      options.emplace_back(spec.name, given->second);
    } else {
      for (auto& option : read_options(store_of(loader), "Definition", {&spec, 1}, report))
        options.push_back(option);
    }
  }
  ClientOptions client;
  client.socket = text_option(options, "socket");
  client.pidfile = text_option(options, "pidfile");
  client.loglevel = text_option(options, "loglevel");
  client.logtarget = text_option(options, "logtarget");
  client.syslogsocket = text_option(options, "syslogsocket");
  if (!report.broken() && !is_log_level(client.loglevel)) {
    report.fatal("Invalid log level " + protocol::repr_text(client.loglevel), {},
                 "loglevel is one of CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG, or a number");
  }
  return client;
}

Commands server_commands(Loader& loader, const ClientOptions& client, Report& report) {
  Commands commands;
  const Store& store = store_of(loader);
  if (store.section("Thread")) {
    Dict thread;
    for (auto& [name, value] : read_options(store, "Thread", kThreadSpecs, report))
      thread.items.emplace_back(name, value);
    if (!thread.items.empty()) commands.push_back({"set", "thread", std::move(thread)});
  }
  commands.push_back({"set", "syslogsocket", client.syslogsocket});
  commands.push_back({"set", "loglevel", client.loglevel});
  commands.push_back({"set", "logtarget", client.logtarget});
  for (auto& [name, value] : read_options(store, "Definition", kServerSpecs, report)) {
    commands.push_back({"set", name, std::move(value)});
  }
  for (auto& [name, value] : read_options(store, "Definition", kOwnSpecs, report)) {
    if (!value.is_none()) commands.push_back({"set", name, std::move(value)});
  }
  return commands;
}

}  // namespace gaoler::config
