#include "cmd/configuration.h"

#include <algorithm>
#include <ostream>
#include <sched.h>

#include "base/version.h"
#include "protocol/repr.h"

namespace gaoler::cmd {
namespace {

constexpr std::string_view kLogger = "fail2ban";
constexpr size_t kMaxWorkers = 4;           // each reads what jails share: more gain nothing
constexpr size_t kBytesAtOnce = 32u << 10;  // printed

// As many cores as this process may use: a container or taskset may leave one of many.
size_t usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  const bool known = sched_getaffinity(0, sizeof cores, &cores) == 0;
  return known ? static_cast<size_t>(CPU_COUNT(&cores)) : 1;
}

void append_line(std::string& out, const protocol::Command& command, bool pretty) {
  if (pretty) {
    out += protocol::pretty(protocol::List{command});
  } else {
    protocol::append_repr(out, command);
  }
  out += '\n';
}

}  // namespace

config::Request Configuration::request() const {
  config::Request request;
  request.directory = line_.directory;
  request.version = base::kFail2banVersion;
  request.overrides = line_.overrides;
  request.refuse_wrong_jails = line_.test;
  request.accept_missing_logs = line_.dump != Dump::none;
  request.workers = std::min(usable_cores(), kMaxWorkers);
  return request;
}

void Configuration::report(const std::vector<config::Diagnostic>& diagnostics, bool broken) const {
  for (const config::Diagnostic& diagnostic : diagnostics) {
    if (!log_.enabled(diagnostic.level)) continue;
    const bool fatal = broken && diagnostic.level >= base::LogLevel::error;
    log_.write(diagnostic.level, kLogger,
               (fatal ? "Failed during configuration: " : "") + config::render(diagnostic));
  }
}

base::Result<config::ClientOptions> Configuration::client_options() const {
  config::ClientOptions options = config::read_client_options(files_, request());
  if (options.readable) {
    report(options.diagnostics, false);
    return options;
  }
  std::string why;
  for (const config::Diagnostic& diagnostic : options.diagnostics) {
    if (diagnostic.level >= base::LogLevel::error)
      why += (why.empty() ? "" : "\n") + config::render(diagnostic);
  }
  return base::Error{why};
}

std::optional<client::Orders> Configuration::stream(const std::optional<std::string>& jail) const {
  config::Request wanted = request();
  wanted.jail = jail;
  config::Stream stream = config::read_stream(files_, wanted);
  report(stream.diagnostics, stream.outcome == config::Outcome::broken);
  if (stream.outcome != config::Outcome::good) return std::nullopt;
  return client::Orders{std::move(stream.commands), std::move(stream.log_globs)};
}

bool Configuration::dump(std::ostream& out) const {
  if (line_.dump == Dump::ini) {
    const auto ini = config::dump_ini(files_, request(), line_.words.empty() ? "" : line_.words[0]);
    out << (ini ? *ini : "ERROR: " + ini.error().message + "\n");
    return ini.ok();
  }
  const config::Stream stream = config::read_stream(files_, request());
  report(stream.diagnostics, stream.outcome == config::Outcome::broken);
  if (stream.outcome == config::Outcome::broken) {
    out << "ERROR: The configuration stream failed because of the invalid syntax.\n";
    return false;
  }
  std::string lines;
  for (const auto& command : stream.commands) {
    append_line(lines, command, line_.dump == Dump::pretty);
    if (lines.size() < kBytesAtOnce) continue;
    out << lines;
    lines.clear();
  }
  out << lines;
  return stream.outcome == config::Outcome::good;
}

bool Configuration::test() const {
  return stream(std::nullopt).has_value();
}

}  // namespace gaoler::cmd
