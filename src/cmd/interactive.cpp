#include "cmd/interactive.h"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"
#include "config/words.h"

#ifdef GAOLER_LIBEDIT
#include <editline/readline.h>
#endif

namespace gaoler::cmd {
namespace {

constexpr const char* kPrompt = "fail2ban> ";

std::optional<std::string> plain_line() {
  std::cout << kPrompt << std::flush;
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

#ifdef GAOLER_LIBEDIT
std::optional<std::string> edited_line() {
  const std::unique_ptr<char, decltype(&std::free)> line(readline(kPrompt), &std::free);
  if (!line) return std::nullopt;
  if (*line != '\0') add_history(line.get());
  return std::string(line.get());
}
#endif

std::optional<std::string> next_line() {
#ifdef GAOLER_LIBEDIT
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) return edited_line();
#endif
  return plain_line();
}

}  // namespace

void ask_for_commands(client::Control& control, const std::string& help, base::LogSink& log) {
  std::cout << "Fail2Ban v" << base::kFail2banVersion
            << ", commands one per line; help lists them, exit ends.\n\n";
  while (auto line = next_line()) {
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
