#include "server/run.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"
#include "protocol/repr.h"
#include "server/command_table.h"
#include "server/server.h"
#include "server/session.h"
#include "sys/daemon.h"
#include "sys/service_manager.h"
#include "sys/unix_listener.h"

namespace gaoler::server {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kLogger = "fail2ban.server";
constexpr int kFailed = 255;
constexpr auto kTrimInterval = std::chrono::seconds(30);

int refuse(sys::Logger& logger, const std::string& why) {
  logger.write(base::LogLevel::error, kLogger, why);
  std::cerr << why << std::endl;
  return kFailed;
}

base::Result<void> set_up_log(sys::Logger& logger, const RunOptions& options) {
  const auto level = base::parse_log_level(options.loglevel);
  if (!level) return base::Error{"Invalid log level '" + options.loglevel + "'"};
  logger.set_level(*level);
  if (auto set = logger.set_syslog_socket(options.syslogsocket); !set) return set.error();
  return logger.set_target(options.logtarget);
}

// The life of the process between start and end.
class Process {
 public:
  Process(const RunOptions& options, sys::Logger& logger, const sys::Clock& clock,
          const sys::ServiceManager& manager, std::function<void(int)> ready)
      : options_(options),
        logger_(logger),
        ready_(std::move(ready)),
        clock_(clock),
        manager_(manager),
        server_(loop_, clock, logger, Mode::real,
                {[this] { take_socket_away(); }, [this] { end(0); },
                 [this](Server::Stage stage) { tell_manager(stage); }}),
        stop_signals_(loop_, SIGTERM, SIGINT),
        flush_signal_(loop_, SIGUSR1),
        log_timer_(loop_),
        trim_(loop_) {}

  int serve(sys::UnixListener listener, std::optional<sys::PidFile> pid_file,
            std::vector<protocol::Command> stream) {
    sessions_.emplace(server_, std::move(listener.fd()));
    socket_file_.emplace(std::move(listener));
    if (pid_file) pid_file_.emplace(std::move(*pid_file));
    wait_for_stop();
    wait_for_flush();
    retry_log();
    trim_heap_later();
    execute_all(server_, std::move(stream), [this](protocol::Reply reply) { configured(reply); });
    loop_.run();
    return code_;
  }

 private:
  void configured(const protocol::Reply& reply) {
    if (server_.stopping()) return;  // a stop overtook the stream, and ends the process
    std::cout << "Server ready" << std::endl;
    // A start that fails must not have been a success to systemd first.
    if (reply.code == 0 || options_.background) tell_manager(Server::Stage::running);
    if (reply.code == 0) return ready_(0);
    const auto* failed = reply.value.get<protocol::Exception>();
    const std::string why =
        failed ? protocol::repr(protocol::Tuple{failed->args}) : protocol::repr(reply.value);
    std::cerr << sys::LogTarget().format_line(clock_.now(), base::LogLevel::error, "fail2ban",
                                              "NOK: " + why)
              << std::endl;
    ready_(kFailed);
    // In the background a half configured server stays, as fail2ban's does: it can be mended by a
    // reload.
    if (!options_.background) server_.stop([this] { end(kFailed); });
  }

  void tell_manager(Server::Stage stage) const {
    switch (stage) {
      case Server::Stage::running:
        return manager_.ready("Serving " + std::to_string(server_.jails().size()) + " jails");
      case Server::Stage::reloading:
        return manager_.reloading();
      case Server::Stage::stopping:
        return manager_.stopping();
    }
  }

  void wait_for_stop() {
    stop_signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      logger_.write(base::LogLevel::debug, kLogger,
                    "Caught signal " + std::to_string(signal) + ". Exiting");
      server_.stop([this] { end(code_); });
    });
  }

  void wait_for_flush() {
    flush_signal_.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      execute(server_, {"flushlogs"}, [](const protocol::Reply&) {});
      wait_for_flush();
    });
  }

  void retry_log() {
    log_timer_.expires_after(std::chrono::seconds(1));
    log_timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      logger_.retry();
      retry_log();
    });
  }

  void trim_heap_later() {
    trim_.expires_after(kTrimInterval);
    trim_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      ::malloc_trim(0);
      trim_heap_later();
    });
  }

  // Before `stop` is answered: who restarts us looks for the files to be gone.
  void take_socket_away() {
    sessions_->stop();
    socket_file_.reset();
    pid_file_.reset();
  }

  void end(int code) {
    code_ = code;
    take_socket_away();
    // One more turn, so that the answer to `stop` gets out.
    asio::post(loop_, [this] { asio::post(loop_, [this] { loop_.stop(); }); });
  }

  const RunOptions& options_;
  sys::Logger& logger_;
  std::function<void(int)> ready_;
  const sys::Clock& clock_;
  const sys::ServiceManager& manager_;
  asio::io_context loop_;
  Server server_;
  asio::signal_set stop_signals_;
  asio::signal_set flush_signal_;
  asio::steady_timer log_timer_;
  asio::steady_timer trim_;
  std::optional<SessionListener> sessions_;
  std::optional<sys::UnixListener> socket_file_;
  std::optional<sys::PidFile> pid_file_;
  int code_ = 0;
};

base::Result<sys::UnixListener> open_listener(const RunOptions& options,
                                              sys::ServiceManager& manager) {
  if (auto given = manager.take_socket()) return sys::UnixListener::adopt(std::move(*given));
  return sys::UnixListener::open(options.socket, options.force);
}

// Threads that mostly wait need no heap each; and what an attack or the restoring of many bans has
// freed goes back to the system, which glibc does by itself only for the end of the heap, and with
// thresholds that grow with each large block.
void keep_heap_small() {
  constexpr int kThreshold = 128 * 1024;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, kThreshold);
  ::mallopt(M_TRIM_THRESHOLD, kThreshold);
}

int serve(const RunOptions& options, const std::vector<protocol::Command>& stream,
          sys::ServiceManager& manager, std::function<void(int)> ready) {
  keep_heap_small();
  ::umask(077);
  ::signal(SIGPIPE, SIG_IGN);
  sys::set_process_name(options.process_name);
  sys::raise_descriptor_limit();
  const sys::SystemClock clock;
  sys::Logger logger(clock);
  if (const auto set = set_up_log(logger, options); !set)
    return refuse(logger, set.error().message);
  auto listener = open_listener(options, manager);
  if (!listener) return refuse(logger, listener.error().message);
  logger.write(base::LogLevel::info, kLogger, std::string(50, '-'));
  logger.write(base::LogLevel::info, kLogger,
               "Starting Fail2ban v" + std::string(base::kFail2banVersion));
  if (options.background) logger.write(base::LogLevel::info, kLogger, "Daemon started");
  auto pid_file = sys::PidFile::create(options.pidfile);
  // As fail2ban: a server without its pid file is better than none.
  if (!pid_file) logger.write(base::LogLevel::error, kLogger, pid_file.error().message);
  Process process(options, logger, clock, manager, std::move(ready));
  return process.serve(std::move(*listener),
                       pid_file ? std::optional(std::move(*pid_file)) : std::nullopt, stream);
}

}  // namespace

int run(const RunOptions& options, const std::vector<protocol::Command>& stream) {
  sys::ServiceManager manager = sys::ServiceManager::from_environment();
  const auto in_foreground = [&] { return serve(options, stream, manager, [](int) {}); };
  if (!options.background && ::getpid() == 1) return sys::run_below_init(in_foreground);
  if (!options.background) return in_foreground();
  return sys::run_in_background([&](std::function<void(int)> ready) {
    return serve(options, stream, manager, std::move(ready));
  });
}

}  // namespace gaoler::server
