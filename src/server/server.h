// Server: all state of the running program: jails, settings, database; changed by commands only
// (command_table.h).
//
// Lives on the loop's thread. Opens no sockets and handles no signals: run.h puts it into a
// process. In a rehearsal it takes the same commands but touches nothing outside: a reload is tried
// out on one before it is applied.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "protocol/value.h"
#include "server/jail_runner.h"
#include "server/nft_access.h"
#include "server/reply.h"
#include "server/services.h"
#include "server/store_worker.h"
#include "server/turns.h"
#include "sys/logger.h"

namespace gaoler::server {

enum class Mode { real, rehearsal };

class Server {
 public:
  using Done = std::function<void()>;

  enum class Stage { running, reloading, stopping };

  struct Hooks {
    Done stopped;  // jails and database are closed; the answer to `stop` is not out yet
    Done quit;     // ... and now it is
    std::function<void(Stage)> stage;
  };

  // All lent. The hooks are for a stop by command.
  Server(boost::asio::io_context& loop, const sys::Clock& clock, sys::Logger& logger, Mode mode,
         Hooks hooks);
  ~Server();

  Mode mode() const { return mode_; }
  boost::asio::io_context& loop() { return loop_; }
  sys::Logger& logger() { return logger_; }
  base::LogSink& log() { return services_.log; }
  StoreWorker& store() { return store_; }
  sys::Resolver& resolver() { return resolver_; }
  const sys::Clock& clock() const { return services_.clock; }

  // In order of creation.
  const std::vector<std::unique_ptr<JailRunner>>& jails() const { return jails_; }
  JailRunner* find_jail(std::string_view name);
  // Refused for a name that exists and a backend that is not known.
  protocol::Reply add_jail(const std::string& name, const std::string& backend);
  // Stops it and takes it out.
  void remove_jail(const std::string& name, Done done);
  // One after the other: what their actions take down may be shared (a table, a chain).
  void remove_jails(std::vector<std::string> names, Done done);
  void remove_all_jails(Done done);

  // "auto", or anything that is a boolean.
  void set_ipv6(const std::string& value);

  // nft = library | shell, keep_bans_on_stop, protect_lifelines of fail2ban.local; they go back to
  // their defaults when everything is reloaded.
  void set_nft(NftMode mode) { nft_.set_mode(mode); }
  void set_keep_bans(bool keep) { services_.keep_bans = keep; }
  void set_protect_lifelines(bool protect) { services_.protect_lifelines = protect; }
  void reset_options();

  // Stops everything; the loop may end afterwards.
  void stop(Done done);
  bool stopping() const { return stopping_; }
  const Hooks& hooks() const { return hooks_; }
  void say_stage(Stage stage) const {
    if (hooks_.stage) hooks_.stage(stage);
  }

  // As it was set, a name or a number; empty while it is the logger's own.
  std::string log_level_text;
  // thread options are kept to be read back; they mean nothing here.
  protocol::Value thread_options = protocol::Dict{{{"stacksize", 0}}};

 private:
  boost::asio::io_context& loop_;
  sys::Logger& logger_;
  Mode mode_;
  Hooks hooks_;
  base::NullLogSink silence_;
  base::LogSink& log_;
  sys::FileWatch watch_;
  sys::Resolver resolver_;
  sys::ProcessRunner processes_;
  StoreWorker store_;
  NftAccess nft_;
  Turns turns_;
  Services services_;
  std::vector<std::unique_ptr<JailRunner>> jails_;
  bool stopping_ = false;
};

}  // namespace gaoler::server
