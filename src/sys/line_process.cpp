#include "sys/line_process.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace gaoler::sys {
namespace {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;
using boost::system::error_code;

// How often a child that was told to end is looked at.
constexpr std::chrono::milliseconds kExitPoll{20};

// The child's ends of two pairs of sockets; sockets, because a write to one that is closed is an
// error and no signal.
int spawn(const std::vector<std::string>& argv, int talk, int complaints, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, talk, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, talk, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, complaints, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> copy = argv;
  std::vector<char*> words;
  for (std::string& word : copy) words.push_back(word.data());
  words.push_back(nullptr);
  const int error = posix_spawnp(&pid, words[0], &files, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return error;
}

// Cuts what comes in into lines.
class Lines {
 public:
  explicit Lines(size_t limit) : limit_(limit) {}

  // False: a line is longer than the limit.
  bool feed(std::string_view bytes, const std::function<void(std::string)>& use) {
    text_ += bytes;
    size_t from = 0;
    for (size_t end; (end = text_.find('\n', from)) != std::string::npos; from = end + 1) {
      use(text_.substr(from, end - from));
    }
    text_.erase(0, from);
    return text_.size() <= limit_;
  }
  std::string take_rest() { return std::exchange(text_, {}); }

 private:
  size_t limit_;
  std::string text_;
};

}  // namespace

struct LineProcess::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, Handlers given)
      : loop(io), talk(io), complaints(io), exit_timer(io), handlers(std::move(given)) {}

  void read_lines() {
    talk.async_read_some(asio::buffer(talk_buffer), [self = shared_from_this()](error_code error,
                                                                                size_t bytes) {
      if (self->over) return;
      if (error) return self->end("it has ended");
      const auto use = [&](std::string line) {
        if (!self->muted && !self->over) self->handlers.on_line(std::move(line));
      };
      if (!self->lines.feed({self->talk_buffer.data(), bytes}, use)) {
        return self->end("it sent a line of more than " + std::to_string(kMaxLineBytes) + " bytes");
      }
      if (!self->over) self->read_lines();
    });
  }

  // What it said last is heard even after its end.
  void read_complaints() {
    complaints.async_read_some(asio::buffer(complaint_buffer),
                               [self = shared_from_this()](error_code error, size_t bytes) {
                                 const auto use = [&](std::string line) {
                                   if (!self->muted && !line.empty())
                                     self->handlers.on_complaint(std::move(line));
                                 };
                                 const std::string_view text(self->complaint_buffer.data(), bytes);
                                 if (!self->complaint_lines.feed(text, use) || error)
                                   use(self->complaint_lines.take_rest());
                                 if (!error) self->read_complaints();
                               });
  }

  void write(const std::string& line) {
    if (over) return;
    waiting += line + "\n";
    if (waiting.size() > kMaxUnread) {
      return asio::post(loop, [self = shared_from_this()] { self->end("it reads nothing"); });
    }
    if (!writing) write_more();
  }

  void write_more() {
    writing = true;
    sending = std::exchange(waiting, {});
    asio::async_write(talk, asio::buffer(sending),
                      [self = shared_from_this()](error_code error, size_t) {
                        self->writing = false;
                        if (!error && !self->over && !self->waiting.empty()) self->write_more();
                      });
  }

  void end(std::string why) {
    if (over) return;
    send_away();
    if (!muted) handlers.on_end(why + exit_text());
  }

  std::string exit_text() {
    if (!reaped) return "";
    if (WIFSIGNALED(status)) return ", killed by signal " + std::to_string(WTERMSIG(status));
    return ", exit code " + std::to_string(WEXITSTATUS(status));
  }

  void send_away() {
    over = true;
    error_code ignored;
    talk.close(ignored);
    if (try_reap()) return;
    killpg(pid, SIGTERM);
    wait_for_exit(std::chrono::steady_clock::now() + kKillDelay, false);
  }

  // Until it is waited for, its number is not used again: what it left behind can still be ended.
  bool try_reap() {
    if (reaped) return true;
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT);
    if (info.si_pid != pid) return false;
    killpg(pid, SIGKILL);
    reaped = waitpid(pid, &status, 0) == pid;
    return reaped;
  }

  void wait_for_exit(std::chrono::steady_clock::time_point kill_at, bool killed) {
    exit_timer.expires_after(kExitPoll);
    exit_timer.async_wait([self = shared_from_this(), kill_at, killed](error_code) {
      if (self->try_reap()) return;
      const bool now = !killed && std::chrono::steady_clock::now() >= kill_at;
      if (now) killpg(self->pid, SIGKILL);
      self->wait_for_exit(kill_at, killed || now);
    });
  }

  asio::io_context& loop;
  pid_t pid = 0;
  Socket talk;
  Socket complaints;
  asio::steady_timer exit_timer;
  Handlers handlers;
  std::array<char, 16 * 1024> talk_buffer{};
  std::array<char, 4096> complaint_buffer{};
  Lines lines{kMaxLineBytes};
  Lines complaint_lines{kMaxComplaintBytes};
  std::string waiting;
  std::string sending;
  int status = 0;
  bool writing = false;
  bool over = false;
  bool muted = false;  // handlers are called no more
  bool reaped = false;
};

base::Result<std::unique_ptr<LineProcess>> LineProcess::start(asio::io_context& loop,
                                                              const std::vector<std::string>& argv,
                                                              Handlers handlers) {
  const auto state = std::make_shared<State>(loop, std::move(handlers));
  Socket talk(loop);
  Socket complaints(loop);
  error_code failed;
  asio::local::connect_pair(state->talk, talk, failed);
  if (!failed) asio::local::connect_pair(state->complaints, complaints, failed);
  if (failed) return base::Error{"cannot run " + argv[0] + ": " + failed.message()};
  const int error = spawn(argv, talk.native_handle(), complaints.native_handle(), state->pid);
  if (error != 0) return base::Error{"cannot run " + argv[0] + ": " + strerror(error)};
  state->read_lines();
  state->read_complaints();
  return std::unique_ptr<LineProcess>(new LineProcess(state));
}

LineProcess::LineProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}

LineProcess::~LineProcess() {
  stop();
}

void LineProcess::write(const std::string& line) {
  state_->write(line);
}

void LineProcess::stop() {
  state_->muted = true;
  error_code ignored;
  state_->complaints.close(ignored);
  if (!state_->over) state_->send_away();
}

}  // namespace gaoler::sys
