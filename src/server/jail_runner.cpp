#include "server/jail_runner.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "action/ticket_tags.h"
#include "server/local_time_text.h"
#include "server/store_worker.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kJail = "fail2ban.jail";
constexpr std::string_view kFilter = "fail2ban.filter";
constexpr std::string_view kObserver = "fail2ban.observer";
constexpr std::string_view kJournalFilter = "fail2ban.filtersystemd";
constexpr std::string_view kJournalName = "systemd-journal";  // in the database's list of logs
constexpr auto kTick = std::chrono::seconds(5);               // forget old failures, save positions

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

jail::Ticket ticket_of(const filter::Failure& failure) {
  jail::Ticket ticket;
  ticket.id = failure.id;
  ticket.time = failure.time;
  ticket.attempts = 1;
  ticket.lines = failure.lines;
  ticket.groups = failure.groups.captured();
  ticket.ip = failure.ip;
  return ticket;
}

}  // namespace

JailRunner::JailRunner(std::string name, Backend backend, Services& services)
    : name_(std::move(name)),
      backend_(std::move(backend)),
      services_(services),
      filter_(name_, services.log),
      ignore_(services),
      enforcer_(name_, services, steps_),
      logs_(name_, backend_.name == "polling", services),
      ticks_(services.loop),
      steps_(services.loop, services.log, services.nft) {
  enforcer_.set_jail_tags([this](std::string_view tag) { return jail_tag(tag); });
}

JailRunner::~JailRunner() {
  *alive_ = false;
  if (journal_) journal_->stop();
}

void JailRunner::log(base::LogLevel level, std::string_view logger, const std::string& text) const {
  services_.log.write(level, logger, text);
}

std::optional<std::string> JailRunner::jail_tag(std::string_view tag) const {
  if (tag == "jail.name") return name_;
  if (tag == "fq-hostname") return services_.resolver.own_full_name();
  if (tag == "sh-hostname") return sys::own_host_name();
  if (tag == "jail.banned") return std::to_string(enforcer_.bans().currently_banned());
  if (tag == "jail.banned_total") return std::to_string(enforcer_.bans().total_banned());
  if (tag == "jail.found") return std::to_string(ticker_.currently_failed());
  if (tag == "jail.found_total") return std::to_string(ticker_.total_failed());
  return std::nullopt;
}

void JailRunner::set_idle(bool idle) {
  idle_ = idle;
  if (!reload_) pause_sources(idle);
}

void JailRunner::pause_sources(bool paused) {
  logs_.pause(paused);
  if (journal_) journal_->pause(paused);
}

// Of a line that was there before the start. Logs are not quite in order: a minute is allowed for.
sys::LineAge JailRunner::age_of(std::string_view line) {
  constexpr base::Seconds kDisorder = 60;
  const base::UnixTime now = services_.clock.now();
  const auto time = filter_.time_of(line, now);
  if (!time) return sys::LineAge::undated;
  const bool old = *time < now - ticker_.find_time() - kDisorder;
  return old ? sys::LineAge::old : sys::LineAge::recent;
}

void JailRunner::start(Done done) {
  if (running_) return done();
  running_ = true;
  services_.store.write({store::EnableJail{name_}});
  enforcer_.start(
      [this, alive = alive_](const jail::Ticket& ticket, std::function<void(bool)> spared) {
        ignore_.decide(
            ticket.id,
            [ticket, this](std::string_view tag) {
              return action::ticket_tag(ticket, enforcer_.bans().ban_time_of(ticket), tag);
            },
            [this, alive, id = ticket.id,
             spared = std::move(spared)](const jail::IgnoreDecision& decision) {
              if (!*alive) return;
              if (decision.ignored()) {
                log(base::LogLevel::info, kFilter,
                    "[" + name_ + "] Ignore " + id + " by " + decision.source);
              }
              spared(decision.ignored());
            });
      },
      [this] {
        if (!running_) return;
        logs_.start(
            [this](std::string_view line, bool in_operation) { on_line(line, in_operation); },
            [this](std::string_view line) { return age_of(line); });
        start_journal();
        tick();
      });
  log(base::LogLevel::info, kJail, "Jail '" + name_ + "' started");
  done();
}

void JailRunner::stop(Done done) {
  if (!running_) return done();
  running_ = false;
  ticks_.cancel();
  logs_.stop();
  if (journal_) journal_->stop();
  save_positions();
  journal_.reset();
  services_.store.write({store::DisableJail{name_}});
  enforcer_.stop([this, done = std::move(done)] {
    log(base::LogLevel::info, kJail, "Jail '" + name_ + "' stopped");
    done();
  });
}

// Goes on behind the last entry of the run before, but not further back than findtime.
void JailRunner::start_journal() {
  if (backend_.name != "systemd" || !running_) return;
  auto source = JournalSource::open(sys::JournalOptions::from(backend_.options), services_);
  if (!source) {
    return log(base::LogLevel::error, kJournalFilter,
               "[" + name_ + "] " + source.error().message + "; the jail reads nothing");
  }
  journal_ = std::move(*source);
  journal_->pause(idle_);
  use_journal_matches();
  if (journal_matches.empty()) {
    log(base::LogLevel::notice, kJournalFilter,
        "[" + name_ +
            "] no journalmatch is set: every entry of the journal is looked at; setting one costs "
            "less");
  }
  using Position = std::optional<double>;
  services_.store.ask<Position>(
      [jail = name_](store::BanStore& store) {
        auto found = store.log_position(jail, {std::string(kJournalName), std::nullopt, 0});
        return found ? *found : Position();
      },
      [this, alive = alive_, journal = journal_](Position position) {
        if (!*alive || journal_ != journal) return;
        constexpr base::Seconds kNext = 1e-6;
        const base::UnixTime oldest = services_.clock.now() - ticker_.find_time();
        journal->start(std::max(oldest, position.value_or(0) + kNext),
                       [this](const sys::JournalEntry& entry, bool in_operation) {
                         on_entry(entry, in_operation);
                       });
      });
}

void JailRunner::use_journal_matches() {
  if (!journal_ || reload_) return;
  if (const auto set = journal_->set_matches(journal_matches); !set) {
    log(base::LogLevel::error, kJournalFilter, "[" + name_ + "] " + set.error().message);
  }
}

filter::LineContext JailRunner::context(bool in_operation) const {
  filter::LineContext context;
  context.now = services_.clock.now();
  context.in_operation = in_operation;
  context.find_time = ticker_.find_time();
  return context;
}

void JailRunner::on_line(std::string_view line, bool in_operation) {
  for (filter::Failure& failure : filter_.process_line(line, context(in_operation))) {
    resolve(std::move(failure));
  }
}

void JailRunner::on_entry(const sys::JournalEntry& entry, bool in_operation) {
  const filter::MatchedLine line{"", entry.date + " ", entry.line};
  for (filter::Failure& failure : filter_.process_entry(line, entry.time, context(in_operation))) {
    resolve(std::move(failure));
  }
}

void JailRunner::resolve(filter::Failure failure) {
  if (!failure.is_name) return judge(std::move(failure));
  const std::string name = failure.id;
  services_.resolver.addresses_of(name, [this, alive = alive_, name, failure = std::move(failure)](
                                            const std::vector<base::Network>& addresses) {
    if (!*alive || !running_) return;
    if (filter_.use_dns() == filter::UseDns::warn && !addresses.empty()) {
      std::string list;
      for (const base::Network& address : addresses)
        list += (list.empty() ? "'" : ", '") + address.text() + "'";
      log(base::LogLevel::warning, kFilter,
          "Determined IP using DNS Lookup: " + name + " = {" + list + "}");
    }
    for (const base::Network& address : addresses) {
      filter::Failure one = failure;
      one.id = address.text();
      one.is_name = false;
      judge(std::move(one));
    }
  });
}

void JailRunner::judge(filter::Failure failure) {
  auto shared = std::make_shared<filter::Failure>(std::move(failure));
  const auto tags = [shared, this](std::string_view tag) {
    return action::ticket_tag(ticket_of(*shared), enforcer_.bans().ban_time(), tag);
  };
  const std::string id = shared->ip.value_or(shared->id);
  ignore_.decide(id, tags, [this, alive = alive_, shared](const jail::IgnoreDecision& decision) {
    if (!*alive || !running_) return;
    if (decision.ignored()) {
      log(base::LogLevel::info, kFilter,
          "[" + name_ + "] Ignore " + shared->id + " by " + decision.source);
      return;
    }
    log(base::LogLevel::info, kFilter,
        "[" + name_ + "] Found " + shared->id + " - " + local_time_text(shared->time));
    count(*shared);
  });
}

void JailRunner::count(const filter::Failure& failure) {
  ban_if_due(failure.id, ticker_.add(failure));
  if (enforcer_.ban_time_rules().increment()) weigh_known_bad(failure);
}

void JailRunner::ban_if_due(const std::string& id, double retries) {
  if (!ticker_.reached_max_retry(retries)) return;
  auto ticket = ticker_.take(id);
  if (ticket && !is_lifeline(*ticket)) enforcer_.ban(std::move(*ticket));
}

// What the log says may be forged: it must not cut this machine off. Its own addresses are
// ignoreself's business.
bool JailRunner::is_lifeline(const jail::Ticket& ticket) {
  const auto network = action::ticket_network(ticket);
  if (!network || !services_.protect_lifelines) return false;
  const auto role = services_.lifelines.role_of(*network, services_.clock.now());
  if (!role) return false;
  log(base::LogLevel::warning, kJail,
      "[" + name_ + "] " + ticket.id + " is not banned: it is " + *role +
          " of this machine (`set " + name_ + " banip " + ticket.id + "` bans it nevertheless)");
  return true;
}

// An id that was banned before is given less time: its failures weigh more.
void JailRunner::weigh_known_bad(const filter::Failure& failure) {
  enforcer_.history_of(failure.id, [this, alive = alive_,
                                    failure](const std::optional<jail::BanHistory>& history) {
    if (!*alive || !running_) return;
    const auto weight = jail::known_bad_weight(history, failure.time, ticker_.max_retry());
    if (!weight) return;
    const auto retries = ticker_.add_known_bad(failure, weight->retries - 1, history->bans);
    if (!retries) return;
    const bool ban = ticker_.reached_max_retry(*retries);
    log(base::LogLevel::info, kObserver,
        "[" + name_ + "] Found " + failure.id + ", bad - " + local_time_text(failure.time) + ", " +
            std::to_string(history->bans) + " # -> " + weight->text + (ban ? ", Ban" : ""));
    ban_if_due(failure.id, *retries);
  });
}

void JailRunner::attempt(const std::string& id, const std::vector<std::string>& lines) {
  filter::Failure failure;
  failure.id = id;
  if (const auto address = base::Network::parse(id)) failure.id = address->text();
  failure.time = services_.clock.now();
  for (const std::string& line : lines) failure.lines.push_back({"", "", line});
  log(base::LogLevel::info, kFilter,
      "[" + name_ + "] Attempt " + failure.id + " - " + local_time_text(failure.time));
  const int count = static_cast<int>(std::max<size_t>(lines.size(), 1));
  ban_if_due(failure.id, ticker_.add(failure, count));
}

void JailRunner::save_positions() {
  std::vector<store::Change> changes = logs_.take_positions();
  if (const auto position = journal_ ? journal_->take_position() : std::nullopt) {
    changes.push_back(
        store::UpdateLog{name_, {std::string(kJournalName), position->date, position->received}});
  }
  if (!changes.empty()) services_.store.write(std::move(changes));
}

void JailRunner::tick() {
  ticks_.expires_after(kTick);
  ticks_.async_wait([this, alive = alive_](boost::system::error_code error) {
    if (error || !*alive || !running_) return;
    ticker_.clean_up(services_.clock.now());
    save_positions();
    tick();
  });
}

// Nothing is read until all is set again: no line is judged by half a configuration. Spans of time
// stay until they are set, lest what they hold expires in between.
void JailRunner::begin_reload() {
  reload_.emplace();
  logs_.begin_reload();
  for (const auto& action : enforcer_.actions()) reload_->old_actions.push_back(action->name());
  pause_sources(true);
  filter_ = filter::Filter(name_, services_.log);
  ignore_.reset();
  ticker_.set_max_retry(jail::FailureTicker::kDefaultMaxRetry);
  enforcer_.ban_time_rules() = jail::BanTime();
  journal_matches.clear();
}

void JailRunner::abandon_reload() {
  if (!reload_) return;
  reload_.reset();
  logs_.abandon_reload();
  pause_sources(idle_);
}

bool JailRunner::keeps_action(const std::string& name) {
  if (!reload_ || !contains(reload_->old_actions, name) || contains(reload_->kept_actions, name))
    return false;
  reload_->kept_actions.push_back(name);
  return true;
}

void JailRunner::end_reload() {
  if (!reload_) return;
  const Reload reload = std::move(*reload_);
  reload_.reset();
  use_journal_matches();
  logs_.end_reload();
  for (const std::string& name : reload.old_actions) {
    if (contains(reload.new_actions, name)) continue;
    if (contains(reload.kept_actions, name)) {
      enforcer_.reload_action(name);
    } else {
      enforcer_.remove_action(name, {});
    }
  }
  for (const std::string& name : reload.new_actions) enforcer_.start_action(name);
  pause_sources(idle_);
}

void JailRunner::add_action(std::unique_ptr<action::Action> action) {
  if (reload_) reload_->new_actions.push_back(action->name());
  enforcer_.add_action(std::move(action));
}

}  // namespace gaoler::server
