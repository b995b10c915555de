#include "sys/nft_command.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <nftables/libnftables.h>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/fd.h"

namespace gaoler::sys {
namespace {

using Clock = std::chrono::steady_clock;

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
}

// In the child: true if the command was done, else its errors go to `out`.
bool run_here(const std::string& command, int out) {
  nft_ctx* context = nft_ctx_new(NFT_CTX_DEFAULT);
  if (context == nullptr) {
    write_all(out, "Error: cannot set up libnftables");
    return false;
  }
  nft_ctx_buffer_output(context);
  nft_ctx_buffer_error(context);
  const bool done = nft_run_cmd_from_buffer(context, command.c_str()) == 0;
  const char* printed = nft_ctx_get_error_buffer(context);
  if (!done && printed != nullptr) {
    write_all(out, std::string_view(printed).substr(0, kMaxNftErrorBytes));
  }
  return done;
}

// What the child says until it has ended; nothing if that takes too long.
std::optional<std::string> read_all(int fd) {
  const auto end = Clock::now() + kNftTimeout;
  std::string text;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = left > 0 ? ::poll(&waiting, 1, static_cast<int>(left)) : 0;
    if (ready == 0) return std::nullopt;
    if (ready < 0 && errno == EINTR) continue;
    char buffer[1024];
    const ssize_t bytes = ::read(fd, buffer, sizeof buffer);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return text;
    text.append(buffer, static_cast<size_t>(bytes));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

base::Error failed(const char* what) {
  return base::Error{std::string("Error: cannot start a process for nft: ") + what + ": " +
                     std::strerror(errno)};
}

}  // namespace

base::Result<void> run_nft_command(const std::string& command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return failed("fork");
  if (child == 0) ::_exit(run_here(command, writing.get()) ? 0 : 1);
  writing.reset();
  const std::optional<std::string> said = read_all(reading.get());
  if (!said) ::kill(child, SIGKILL);
  const int status = wait_for(child);
  if (!said) {
    return base::Error{"Error: libnftables was not done after " +
                       std::to_string(kNftTimeout.count()) + " seconds"};
  }
  if (WIFSIGNALED(status)) {
    return base::Error{std::string("Error: libnftables crashed (") + ::strsignal(WTERMSIG(status)) +
                       "), perhaps at something in 'nft list ruleset'"};
  }
  if (WEXITSTATUS(status) == 0) return {};
  const std::string_view error = base::trim_right(*said);
  return base::Error{error.empty() ? "Error: libnftables gave up without a word"
                                   : std::string(error)};
}

}  // namespace gaoler::sys
