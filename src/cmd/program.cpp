#include "cmd/program.h"

#include <algorithm>
#include <iostream>

#include "cmd/interactive.h"
#include "cmd/spawn.h"
#include "sys/service_manager.h"

namespace gaoler::cmd {
namespace {

constexpr const char* kInitFailed = "Init of command line failed";

base::LogLevel level_of(int verbosity) {
  constexpr base::LogLevel kLevels[] = {base::LogLevel::error, base::LogLevel::warning,
                                        base::LogLevel::info, base::LogLevel::debug,
                                        base::LogLevel::heavy};
  return kLevels[std::clamp(verbosity, 0, 4)];
}

void print(const std::string& text) {
  std::cout << text;
  if (!text.ends_with('\n')) std::cout << '\n';
  std::cout.flush();
}

}  // namespace

int give(const Answer& answer, bool as_client) {
  print(answer.text);
  if (!answer.reason.empty()) std::cerr << answer.reason << std::endl;
  if (answer.exit_code != 0 && as_client) std::cerr << kInitFailed << std::endl;
  return answer.exit_code;
}

Program::Program(CommandLine line, std::vector<std::string> argv)
    : line_(std::move(line)), argv_(std::move(argv)) {
  log_.set_level(level_of(line_.verbosity));
  (void)log_.set_target("STDERR");  // cannot fail
}

std::optional<int> Program::prepare() {
  auto options = configuration_.client_options();
  if (!options) {
    print("ERROR: " + options.error().message);
    log_.write(base::LogLevel::error, "fail2ban", kInitFailed);
    return kFailed;
  }
  options_ = std::move(*options);
  if (line_.dump != Dump::none) {
    const bool good = configuration_.dump(std::cout);
    std::cout.flush();
    if (!line_.test || line_.dump == Dump::ini) return good ? 0 : kFailed;
  }
  if (!line_.test) return std::nullopt;
  if (!configuration_.test()) {
    log_.write(base::LogLevel::error, "fail2ban", "ERROR: test configuration failed");
    return kFailed;
  }
  if (!line_.words.empty()) return std::nullopt;
  print("OK: configuration test is successful");
  return 0;
}

client::Control Program::control() {
  return client::Control({
      .socket = options_.socket,
      // A socket that was made for us is no leftover of another server.
      .force = line_.force || sys::ServiceManager::hands_over_sockets(),
      .timeout = line_.timeout,
      .log = log_,
      .print = print,
      .read_stream =
          [this](const std::optional<std::string>& jail) { return configuration_.stream(jail); },
      .spawn_server = [this] { return spawn_server(line_, options_, log_); },
  });
}

int Program::run_as_client() {
  if (line_.words.size() == 1 && line_.words[0] == "start" && !line_.background) {
    return become_server(argv_, log_);
  }
  client::Control run = control();
  bool good = true;
  if (!line_.words.empty()) good = run.run(line_.words);
  if (line_.interactive) {
    if (good) ask_for_commands(run, options_.socket, usage(line_.program), log_);
  } else if (line_.words.empty()) {
    print(usage(line_.program));
    return kFailed;
  }
  return good ? 0 : kFailed;
}

}  // namespace gaoler::cmd
