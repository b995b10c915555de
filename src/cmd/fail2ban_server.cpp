// fail2ban-server: reads the configuration and serves; with a command other than `start` it is a
// client.
#include <fcntl.h>
#include <unistd.h>

#include "cmd/program.h"
#include "server/run.h"

namespace {

using namespace gaoler;

bool is_client(const cmd::CommandLine& line) {
  const bool start = line.words.empty() || (line.words.size() == 1 && line.words[0] == "start");
  return !start || line.interactive;
}

// Who started us with --async announces the server itself.
void be_silent() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
}

int serve(cmd::Program& program) {
  const cmd::CommandLine& line = program.line();
  const config::ClientOptions& options = program.options();
  std::optional<client::Orders> orders;
  if (line.wait_for_stream) {
    be_silent();
    orders.emplace();
  } else {
    orders = program.control().prepare_start();
  }
  if (!orders) return cmd::kFailed;
  std::vector<protocol::Command>& stream = orders->stream;
  std::move(orders->additions.begin(), orders->additions.end(), std::back_inserter(stream));
  const server::RunOptions run{.socket = options.socket,
                               .pidfile = options.pidfile,
                               .loglevel = options.loglevel,
                               .logtarget = options.logtarget,
                               .syslogsocket = options.syslogsocket,
                               .process_name = line.process_name,
                               .force = line.force,
                               .background = line.background};
  return server::run(run, stream);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  auto parsed = cmd::parse_command_line(words);
  if (const auto* answer = std::get_if<cmd::Answer>(&parsed)) return cmd::give(*answer, false);
  cmd::Program program(std::move(std::get<cmd::CommandLine>(parsed)), words);
  if (const auto code = program.prepare()) return *code;
  return is_client(program.line()) ? program.run_as_client() : serve(program);
}
