// fail2ban-client: one command to the server, or several with -i; starts a server when told to.
#include "cmd/program.h"

int main(int argc, char** argv) {
  using namespace gaoler::cmd;
  const std::vector<std::string> words(argv, argv + argc);
  auto parsed = parse_command_line(words);
  if (const auto* answer = std::get_if<Answer>(&parsed)) return give(*answer, true);
  Program program(std::move(std::get<CommandLine>(parsed)), words);
  if (const auto code = program.prepare()) return *code;
  return program.run_as_client();
}
