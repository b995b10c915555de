// JailRunner: one jail at work: log lines -> filter -> failure ticker -> enforcer.
//
// Owns everything of its jail and shares nothing with others but the lent services. Settings may
// change at any time; lines are read only between start() and stop(). One thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "filter/filter.h"
#include "jail/failure_ticker.h"
#include "server/backend.h"
#include "server/enforcer.h"
#include "server/ignore_check.h"
#include "server/jail_logs.h"
#include "server/journal_source.h"
#include "server/services.h"
#include "server/step_runner.h"

namespace gaoler::server {

class JailRunner {
 public:
  using Done = std::function<void()>;

  JailRunner(std::string name, Backend backend, Services& services);
  ~JailRunner();

  const std::string& name() const { return name_; }
  const std::string& backend() const { return backend_.name; }

  filter::Filter& filter() { return filter_; }
  const filter::Filter& filter() const { return filter_; }
  jail::FailureTicker& ticker() { return ticker_; }
  const jail::FailureTicker& ticker() const { return ticker_; }
  IgnoreCheck& ignore() { return ignore_; }
  const IgnoreCheck& ignore() const { return ignore_; }
  Enforcer& enforcer() { return enforcer_; }
  const Enforcer& enforcer() const { return enforcer_; }

  JailLogs& logs() { return logs_; }
  const JailLogs& logs() const { return logs_; }

  bool running() const { return running_; }
  bool idle() const { return idle_; }
  void set_idle(bool idle);
  void start(Done done);
  void stop(Done done);

  // Alternatives; a running jail is told of a change.
  std::vector<sys::JournalMatch> journal_matches;
  void use_journal_matches();

  // Adds failures by hand (`attempt`).
  void attempt(const std::string& id, const std::vector<std::string>& lines);

  // A reload begins: what the configuration may no longer hold is taken away, bans and counters
  // stay, nothing is read.
  void begin_reload();
  // ... and ends: logs and actions that were not named again go, the others run actionreload.
  void end_reload();
  // ... or is given up half way: what is set stays, logs and actions too.
  void abandon_reload();
  bool reloading() const { return reload_.has_value(); }
  // Whether an action of the name is kept from before the reload; it is then named again.
  bool keeps_action(const std::string& name);
  // One that a reload brings is started at its end.
  void add_action(std::unique_ptr<action::Action> action);

 private:
  struct Reload {
    std::vector<std::string> old_actions;
    std::vector<std::string> kept_actions;
    std::vector<std::string> new_actions;
  };

  filter::LineContext context(bool in_operation) const;
  void on_line(std::string_view line, bool in_operation);
  void on_entry(const sys::JournalEntry& entry, bool in_operation);
  void start_journal();
  void resolve(filter::Failure failure);
  void judge(filter::Failure failure);
  void count(const filter::Failure& failure);
  void weigh_known_bad(const filter::Failure& failure);
  bool is_lifeline(const jail::Ticket& ticket);
  void ban_if_due(const std::string& id, double retries);
  sys::LineAge age_of(std::string_view line);
  void pause_sources(bool paused);
  void save_positions();
  void tick();
  std::optional<std::string> jail_tag(std::string_view tag) const;
  void log(base::LogLevel level, std::string_view logger, const std::string& text) const;

  std::string name_;
  Backend backend_;
  Services& services_;
  filter::Filter filter_;
  jail::FailureTicker ticker_;
  IgnoreCheck ignore_;
  Enforcer enforcer_;
  JailLogs logs_;
  std::shared_ptr<JournalSource> journal_;  // while running, backend systemd
  boost::asio::steady_timer ticks_;
  std::optional<Reload> reload_;
  bool running_ = false;
  bool idle_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  // Last: it goes first, and with it the handlers that still point to the rest.
  StepRunner steps_;
};

}  // namespace gaoler::server
