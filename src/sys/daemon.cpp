#include "sys/daemon.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gaoler::sys {
namespace {

constexpr int kFailed = 255;

int wait_for_code(Fd pipe) {
  unsigned char code = kFailed;
  ssize_t got = 0;
  do {
    got = ::read(pipe.get(), &code, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1 ? code : kFailed;
}

void redirect_standard_streams() {
  const int null = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, stream);
  if (null > STDERR_FILENO) ::close(null);
}

}  // namespace

int run_in_background(const std::function<int(std::function<void(int)> ready)>& serve) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return kFailed;
  Fd reading(ends[0]);
  Fd writing(ends[1]);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return kFailed;
  if (child > 0) {
    writing.reset();
    int status = 0;
    ::waitpid(child, &status, 0);
    return wait_for_code(std::move(reading));
  }
  reading.reset();
  ::setsid();
  ::signal(SIGHUP, SIG_IGN);
  if (::fork() != 0) ::_exit(0);
  if (::chdir("/") != 0) ::_exit(kFailed);
  // The streams stay with the caller's terminal until the server stands: start-up errors are for
  // the person there.
  const int code = serve([&writing](int exit_code) {
    const auto byte = static_cast<unsigned char>(exit_code);
    if (writing && ::write(writing.get(), &byte, 1) == 1) writing.reset();
    redirect_standard_streams();
  });
  std::fflush(nullptr);
  ::_exit(code);
}

int run_below_init(const std::function<int()>& serve) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, &before);
  std::fflush(nullptr);
  const pid_t server = ::fork();
  if (server <= 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    return serve();  // also when there can be no second process: better than none
  }
  while (true) {
    const int number = ::sigwaitinfo(&all, nullptr);
    if (number > 0 && number != SIGCHLD) ::kill(server, number);
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != server) continue;
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}

void raise_descriptor_limit() {
  constexpr rlim_t kEnough = 65536;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kEnough) return;
  limit.rlim_cur = std::min(limit.rlim_max, kEnough);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void set_process_name(const std::string& name) {
  ::prctl(PR_SET_NAME, name.substr(0, 15).c_str());
}

base::Result<PidFile> PidFile::create(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) ::mkdir(path.substr(0, slash).c_str(), 0755);
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  const std::string text = std::to_string(::getpid()) + "\n";
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return base::Error{"Unable to create PID file " + path + ": " + std::strerror(errno)};
  }
  return PidFile(path);
}

PidFile::~PidFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

}  // namespace gaoler::sys
