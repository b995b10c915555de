#include "cmd/spawn.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/program.h"

namespace gaoler::cmd {
namespace {

constexpr const char* kServer = "fail2ban-server";

std::string server_path() {
  std::array<char, 4096> own;
  const ssize_t size = ::readlink("/proc/self/exe", own.data(), own.size());
  if (size <= 0 || size == static_cast<ssize_t>(own.size())) return kServer;
  std::string path(own.data(), static_cast<size_t>(size));
  path.replace(path.rfind('/') + 1, std::string::npos, kServer);
  return ::access(path.c_str(), X_OK) == 0 ? path : kServer;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> arguments(const CommandLine& line, const config::ClientOptions& options) {
  std::vector<std::string> words{kServer,        "--async", "-b",           "-s",
                                 options.socket, "-p",      options.pidfile};
  if (line.force) words.emplace_back("-x");
  if (line.verbosity > 1)
    words.push_back("-" + std::string(static_cast<size_t>(line.verbosity) - 1, 'v'));
  const std::pair<const char*, const std::string&> settings[] = {
      {"--loglevel", options.loglevel},
      {"--logtarget", options.logtarget},
      {"--syslogsocket", options.syslogsocket},
      {"--pname", line.process_name}};
  for (const auto& [name, value] : settings) {
    words.emplace_back(name);
    words.push_back(value);
  }
  return words;
}

// The exit code of a child; it goes to the background itself and then ends.
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return kFailed;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
}

}  // namespace

bool spawn_server(const CommandLine& line, const config::ClientOptions& options,
                  base::LogSink& log) {
  std::vector<std::string> words = arguments(line, options);
  const std::string path = server_path();
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, path.c_str(), nullptr, nullptr, pointers(words).data(), environ);
  if (error != 0) {
    log.write(base::LogLevel::error, "fail2ban",
              "Could not start " + path + ": " + std::strerror(error));
    return false;
  }
  if (wait_for(child) == 0) return true;
  log.write(base::LogLevel::error, "fail2ban", "Could not start " + path);
  return false;
}

int become_server(std::vector<std::string> argv, base::LogSink& log) {
  const std::string path = server_path();
  argv[0] = kServer;
  ::execvp(path.c_str(), pointers(argv).data());
  log.write(base::LogLevel::error, "fail2ban",
            "Could not start " + path + ": " + std::strerror(errno));
  return kFailed;
}

}  // namespace gaoler::cmd
