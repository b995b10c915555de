#include "cmd/interactive.h"

#include <functional>
#include <iostream>
#include <optional>

#include "base/text.h"
#include "base/version.h"
#include "client/session.h"
#include "cmd/candidates.h"
#include "cmd/line_editor.h"
#include "config/words.h"

namespace gaoler::cmd {
namespace {

constexpr const char* kPrompt = "fail2ban> ";
// Whoever presses the tab key waits for it: a busy server is asked again with the next one.
constexpr base::Seconds kPatience = 2;

std::optional<std::string> plain_line() {
  std::cout << kPrompt << std::flush;
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

std::optional<protocol::Value> ask_server(const std::string& socket,
                                          const protocol::Command& command) {
  auto session = client::Session::open(socket, kPatience);
  if (!session) return std::nullopt;
  auto reply = session->ask(command, kPatience);
  if (!reply || reply->code != 0) return std::nullopt;
  return std::move(reply->value);
}

std::vector<std::string> complete(std::string_view line, const std::string& socket) {
  const size_t blank = line.find_last_of(" \t");
  const size_t start = blank == std::string_view::npos ? 0 : blank + 1;
  const auto before = config::split_shell_words(line.substr(0, start));
  if (!before) return {};  // within quotes
  return candidates(*before, line.substr(start),
                    [&](const protocol::Command& command) { return ask_server(socket, command); });
}

}  // namespace

void ask_for_commands(client::Control& control, const std::string& socket, const std::string& help,
                      base::LogSink& log) {
  std::cout << "Fail2Ban v" << base::kFail2banVersion
            << ", commands one per line; help lists them, exit ends.\n"
            << std::endl;
  const auto editor = LineEditor::open(
      kPrompt, history_file(), [&socket](std::string_view line) { return complete(line, socket); });
  while (auto line = editor ? editor->next() : plain_line()) {
    const std::string_view command = base::trim(*line);
    if (command == "exit" || command == "quit") return;
    if (command.empty()) continue;
    if (command == "help") {
      std::cout << help << std::flush;
      continue;
    }
    auto words = config::split_shell_words(command);
    if (words && !words->empty()) control.run(std::move(*words));
    if (!words) log.write(base::LogLevel::error, "fail2ban", words.error().message);
  }
  std::cout << std::endl;
}

}  // namespace gaoler::cmd
