// Prints what a configuration leads to, for comparison with fail2ban's `-d`.
//
//   config_dump DIR [--dp | -t | --dump-ini [WHAT]]   as fail2ban-client -c DIR would
//   config_dump --serve                               for many trees: each input line is a
//   directory
//
// Messages go to stderr. --serve answers a line with "EXITCODE BYTES\n" and that many bytes of -d.
#include <cstdio>
#include <iostream>
#include <string>

#include "config/stream.h"
#include "protocol/repr.h"

namespace {

using namespace gaoler;

// Jails are read side by side, as the client does it.
constexpr size_t kWorkers = 3;

constexpr const char* kBroken =
    "ERROR: The configuration stream failed because of the invalid syntax.\n";

std::string dump(const config::Stream& stream, bool pretty) {
  if (stream.outcome == config::Outcome::broken) return kBroken;
  std::string out;
  for (const protocol::Command& command : stream.commands) {
    out += pretty ? protocol::pretty(protocol::List{command}) : protocol::repr(command);
    out += '\n';
  }
  return out;
}

void print_diagnostics(const std::vector<config::Diagnostic>& diagnostics, base::LogLevel from) {
  for (const config::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.level < from) continue;
    std::cerr << base::log_level_name(diagnostic.level) << ' ' << config::render(diagnostic)
              << '\n';
  }
}

int exit_code(const config::Stream& stream) {
  return stream.outcome == config::Outcome::good ? 0 : 255;
}

// As the client does: broken options of the client's own end it before the stream.
struct Answer {
  std::string out;
  int code = 0;
};
Answer dump_directory(const config::Request& request, bool pretty, bool tell) {
  config::DiskFiles files;
  config::ClientOptions client = config::read_client_options(files, request);
  if (!client.readable) {
    if (tell) print_diagnostics(client.diagnostics, base::LogLevel::warning);
    return {"ERROR: client options\n", 255};
  }
  config::Stream stream = config::read_stream(files, request);
  if (tell) print_diagnostics(stream.diagnostics, base::LogLevel::warning);
  return {dump(stream, pretty), exit_code(stream)};
}

int serve() {
  std::string directory;
  while (std::getline(std::cin, directory)) {
    config::Request request;
    request.directory = directory;
    request.accept_missing_logs = true;
    request.workers = kWorkers;
    Answer answer = dump_directory(request, false, false);
    std::cout << answer.code << ' ' << answer.out.size() << '\n' << answer.out << std::flush;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty())
    return std::fputs("usage: config_dump DIR [--dp | -t | --dump-ini [WHAT]] | --serve\n", stderr),
           2;
  if (arguments[0] == "--serve") return serve();
  config::Request request;
  request.directory = arguments[0];
  request.workers = kWorkers;
  std::string mode = arguments.size() > 1 ? arguments[1] : "-d";
  if (mode == "--dump-ini") {
    base::Result<std::string> ini =
        config::dump_ini(config::DiskFiles(), request, arguments.size() > 2 ? arguments[2] : "");
    if (!ini) return std::fprintf(stderr, "%s\n", ini.error().message.c_str()), 1;
    std::cout << *ini;
    return 0;
  }
  request.accept_missing_logs = mode != "-t";
  request.refuse_wrong_jails = mode == "-t";
  Answer answer = dump_directory(request, mode == "--dp", true);
  if (mode != "-t") std::cout << answer.out;
  if (mode == "-t" && answer.code == 0) std::cout << "OK: configuration test is successful\n";
  return answer.code;
}
