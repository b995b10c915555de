// fail2ban-client: one command to the server, or several with -i; starts a server when told to.
#include <malloc.h>

#include "cmd/program.h"

namespace {

// One command, then the end: memory is taken in large pieces and not given back before.
void take_memory_in_large_pieces() {
  ::mallopt(M_TOP_PAD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace gaoler::cmd;
  take_memory_in_large_pieces();
  const std::vector<std::string> words(argv, argv + argc);
  auto parsed = parse_command_line(words);
  if (const auto* answer = std::get_if<Answer>(&parsed)) return give(*answer, true);
  Program program(std::move(std::get<CommandLine>(parsed)), words);
  if (const auto code = program.prepare()) return *code;
  return program.run_as_client();
}
