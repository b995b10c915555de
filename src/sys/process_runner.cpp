#include "sys/process_runner.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <set>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "sys/fd.h"

namespace gaoler::sys {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// How often a child is looked at where the kernel has no pidfd_open (before Linux 5.3).
constexpr std::chrono::milliseconds kExitPoll{20};

struct Pipe {
  Fd read;
  Fd write;
};

std::optional<Pipe> open_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

// RAII around the two C structures that describe a spawn.
class SpawnPlan {
 public:
  SpawnPlan(int output, int errors) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, errors, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // 0 or an errno.
  int spawn_shell(const ProcessRequest& request, pid_t& pid) const {
    std::vector<std::string> words = {"/bin/sh", "-c", request.script};
    words.insert(words.end(), request.args.begin(), request.args.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    return posix_spawn(&pid, argv[0], &files_, &attributes_, argv.data(), environ);
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

// One output stream: kept up to the cap, read to its end.
struct Stream {
  explicit Stream(asio::io_context& loop) : descriptor(loop) {}

  asio::posix::stream_descriptor descriptor;
  std::array<char, 4096> buffer{};
  std::string text;
  bool truncated = false;
  bool open = false;

  void keep(size_t bytes) {
    const size_t room = ProcessRunner::kMaxOutputBytes - text.size();
    text.append(buffer.data(), std::min(bytes, room));
    truncated = truncated || bytes > room;
  }
};

}  // namespace

// From the spawn to the call of the handler. Lives as long as one of its asynchronous waits, and as
// the runner knows it.
struct ProcessRunner::Child : std::enable_shared_from_this<Child> {
  using Ended = std::function<void(const std::shared_ptr<Child>&)>;

  Child(asio::io_context& loop, Handler on_result, Ended on_end)
      : output(loop),
        errors(loop),
        exit(loop),
        exit_timer(loop),
        limit(loop),
        handler(std::move(on_result)),
        ended(std::move(on_end)) {}

  bool start(const ProcessRequest& request) {
    auto out = open_pipe();
    auto err = open_pipe();
    int error = errno;
    if (out && err) error = SpawnPlan(out->write.get(), err->write.get()).spawn_shell(request, pid);
    if (pid <= 0) {
      result.errors = std::string("cannot run /bin/sh: ") + strerror(error);
      return false;
    }
    read_from(output, std::move(out->read));
    read_from(errors, std::move(err->read));
    watch_exit();
    if (request.timeout > 0) arm_timeout(request.timeout);
    return true;
  }

  void read_from(Stream& stream, Fd fd) {
    stream.descriptor.assign(fd.release());
    stream.open = true;
    read_more(stream);
  }

  void read_more(Stream& stream) {
    stream.descriptor.async_read_some(
        asio::buffer(stream.buffer),
        [self = shared_from_this(), &stream](error_code error, size_t bytes) {
          if (!stream.open) return;
          stream.keep(bytes);
          if (!error) return self->read_more(stream);
          self->close(stream);
          self->finish_if_over();
        });
  }

  static void close(Stream& stream) {
    error_code ignored;
    stream.open = false;
    stream.descriptor.close(ignored);
  }

  void watch_exit() {
    const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0) return poll_exit();
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    exit.assign(fd);
    exit.async_wait(asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](error_code error) {
                      if (!error) self->on_exit();
                    });
  }

  void poll_exit() {
    exit_timer.expires_after(kExitPoll);
    exit_timer.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      siginfo_t info{};
      waitid(P_PID, static_cast<id_t>(self->pid), &info, WEXITED | WNOHANG | WNOWAIT);
      info.si_pid == self->pid ? self->on_exit() : self->poll_exit();
    });
  }

  // The child is dead but, until it is waited for, its number is not used again: the group can
  // still be signalled.
  void on_exit() {
    if (result.timed_out && !group_killed) {
      exit_seen = true;
      return;
    }
    reap();
  }

  void reap() {
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) == pid) {
      result.end = WIFSIGNALED(status) ? ProcessResult::End::signalled : ProcessResult::End::exited;
      result.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    }
    reaped = true;
    limit.expires_after(kOutputDelay);
    limit.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      close(self->output);
      close(self->errors);
      self->finish_if_over();
    });
    finish_if_over();
  }

  void arm_timeout(base::Seconds timeout) {
    constexpr base::Seconds kLongest = 10 * 365 * 86400.0;  // beyond, clocks overflow
    limit.expires_after(
        std::chrono::milliseconds(static_cast<int64_t>(std::min(timeout, kLongest) * 1000)));
    limit.async_wait([self = shared_from_this()](error_code error) {
      if (!error && !self->reaped) self->terminate();
    });
  }

  void terminate() {
    result.timed_out = true;
    killpg(pid, SIGTERM);
    limit.expires_after(kKillDelay);
    limit.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      self->group_killed = true;
      killpg(self->pid, SIGKILL);
      if (self->exit_seen) self->reap();
    });
  }

  void finish_if_over() {
    if (!reaped || output.open || errors.open || !handler) return;
    limit.cancel();
    result.output = std::move(output.text);
    result.errors = std::move(errors.text);
    result.truncated = output.truncated || errors.truncated;
    const auto self = shared_from_this();
    const Handler call = std::exchange(handler, nullptr);
    ended(self);
    call(std::move(result));
  }

  // The runner goes away: nothing is waited for and nobody is told.
  void abandon() {
    handler = nullptr;
    close(output);
    close(errors);
    limit.cancel();
    exit_timer.cancel();
    error_code ignored;
    exit.close(ignored);
    if (pid <= 0 || reaped) return;
    killpg(pid, SIGKILL);
    waitpid(pid, nullptr, WNOHANG);
  }

  pid_t pid = 0;
  Stream output;
  Stream errors;
  asio::posix::stream_descriptor exit;
  asio::steady_timer exit_timer;
  asio::steady_timer limit;  // first the timeout, then the delay of the kill or of the last output
  Handler handler;
  Ended ended;
  ProcessResult result;
  bool exit_seen = false;
  bool reaped = false;
  bool group_killed = false;
};

struct ProcessRunner::State {
  explicit State(asio::io_context& io) : loop(io) {}

  asio::io_context& loop;
  std::set<std::shared_ptr<Child>> children;
  bool gone = false;
};

ProcessRunner::ProcessRunner(asio::io_context& loop) : state_(std::make_shared<State>(loop)) {}

ProcessRunner::~ProcessRunner() {
  state_->gone = true;
  for (const auto& child : std::exchange(state_->children, {})) child->abandon();
}

size_t ProcessRunner::running() const {
  return state_->children.size();
}

void ProcessRunner::run(ProcessRequest request, Handler handler) {
  const auto child = std::make_shared<Child>(
      state_->loop, std::move(handler),
      [state = std::weak_ptr<State>(state_)](const std::shared_ptr<Child>& over) {
        if (const auto alive = state.lock()) alive->children.erase(over);
      });
  state_->children.insert(child);
  if (child->start(request)) return;
  asio::post(state_->loop, [state = state_, child] {
    state->children.erase(child);
    if (!state->gone) std::exchange(child->handler, nullptr)(std::move(child->result));
  });
}

}  // namespace gaoler::sys
