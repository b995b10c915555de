#include "server/enforcer.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <random>
#include <utility>

#include "action/ticket_tags.h"
#include "base/duration_text.h"
#include "server/countdown.h"
#include "server/local_time_text.h"
#include "server/store_worker.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.actions";
constexpr std::string_view kObserver = "fail2ban.observer";
constexpr base::Seconds kFreshBan = 3;  // "already banned" within it: failures that were under way
constexpr base::Seconds kRecentBan = 60;
constexpr size_t kExpiryBatch = 1000;                   // between two looks at other work
constexpr auto kExpiryCheck = std::chrono::seconds(2);  // the clock may be set meanwhile

double random_number() {
  static thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

Enforcer::Enforcer(std::string jail, Services& services, StepRunner& steps)
    : jail_(std::move(jail)),
      services_(services),
      values_(jail_, services, actions_),
      queue_(steps),
      expiry_(services.loop) {
  context_.jail = jail_;
  context_.log = &services_.log;
  context_.ipv6_allowed = [this] { return services_.ipv6_allowed; };
  context_.values = [this](std::string_view tag) { return values_.jail_tag(tag); };
}

Enforcer::~Enforcer() {
  *alive_ = false;
}

void Enforcer::log(base::LogLevel level, const std::string& text) const {
  services_.log.write(level, kLogger, "[" + jail_ + "] " + text);
}

void Enforcer::set_ban_time(base::Seconds seconds) {
  bans_.set_ban_time(seconds);
  if (started_) schedule_expiry();
}

action::Action* Enforcer::find_action(std::string_view name) {
  for (const auto& action : actions_) {
    if (action->name() == name) return action.get();
  }
  return nullptr;
}

action::Action& Enforcer::add_action(const std::string& name) {
  actions_.push_back(std::make_unique<action::Action>(name, context_));
  return *actions_.back();
}

void Enforcer::remove_action(const std::string& name, Done done) {
  const auto found = std::find_if(actions_.begin(), actions_.end(),
                                  [&](const auto& action) { return action->name() == name; });
  if (found == actions_.end()) return;
  action::Action* action = found->get();
  retired_.push_back(std::move(*found));
  actions_.erase(found);
  if (!started_) {
    if (done) done();
    return;
  }
  ActionQueue::Job job;
  for (const jail::Ban* ban : bans_.in_order_of_banning()) {
    if (action->can_flush()) break;
    action::Subject subject{action::scope_of(action::ticket_address(ban->ticket)),
                            action::ticket_address(ban->ticket),
                            values_.of(ban->ticket, bans_.ban_time_of(ban->ticket), nullptr)};
    job.works.push_back({[action, subject] { return action->unban(subject); }, {}});
  }
  if (action->can_flush()) job.works.push_back({[action] { return action->flush(); }, {}});
  job.works.push_back({[action] { return action->stop(); }, {}});
  job.done = std::move(done);
  queue_.push(std::move(job));
}

void Enforcer::reload_action(const std::string& name) {
  action::Action* action = find_action(name);
  if (action == nullptr || !started_) return;
  ActionQueue::Job job;
  job.works.push_back({[action] { return action->reload(); },
                       [this](const base::Result<void>& result) {
                         if (!result) log(base::LogLevel::error, result.error().message);
                       }});
  queue_.push(std::move(job));
}

void Enforcer::start(Spare spare, Done done) {
  started_ = true;
  ActionQueue::Job job;
  for (const auto& action : actions_) {
    job.works.push_back({[one = action.get()] { return one->start(); },
                         [this, name = action->name()](const base::Result<void>& result) {
                           if (result) return;
                           services_.log.write(base::LogLevel::error, kLogger,
                                               "Failed to start jail '" + jail_ + "' action '" +
                                                   name + "': " + result.error().message);
                         }});
  }
  queue_.push(std::move(job));
  store::RestoreRules rules;
  rules.now = services_.clock.now();
  rules.jail_ban_time = bans_.ban_time();
  rules.longest = rules_.longest(bans_.ban_time());
  if (!rules_.increment() && bans_.ban_time() >= 0) rules.younger_than = bans_.ban_time();
  rules.max_matches = services_.store.settings().max_matches;
  using Tickets = std::vector<jail::Ticket>;
  services_.store.ask<Tickets>(
      [jail = jail_, rules](store::BanStore& store) {
        auto found = store.current_bans(jail, rules);
        return found ? std::move(*found) : Tickets();
      },
      [this, alive = alive_, spare = std::move(spare), done = std::move(done)](Tickets tickets) {
        if (!*alive) return;
        restore(spare, std::move(tickets));
        schedule_expiry();
        if (done) done();
      });
}

void Enforcer::restore(const Spare& spare, std::vector<jail::Ticket> tickets) {
  for (jail::Ticket& ticket : tickets) {
    const jail::Ticket asked = ticket;
    spare(asked, [this, alive = alive_, ticket = std::move(ticket)](bool spared) mutable {
      if (*alive && !spared && started_) restore_one(std::move(ticket));
    });
  }
}

void Enforcer::restore_one(jail::Ticket ticket) {
  const auto added = bans_.add(ticket, services_.clock.now());
  if (added.outcome != jail::BanList::Outcome::banned) return;
  log(base::LogLevel::notice, "Restore Ban " + ticket.id);
  enforce(ticket, {});
  schedule_expiry();
}

bool Enforcer::ban(jail::Ticket ticket, Done done) {
  const auto added = bans_.add(ticket, services_.clock.now());
  switch (added.outcome) {
    case jail::BanList::Outcome::expired:
      log(base::LogLevel::info, "Ignore " + ticket.id + ", expired bantime");
      if (done) done();
      return false;
    case jail::BanList::Outcome::already_banned:
    case jail::BanList::Outcome::prolonged:
      note_already_banned(ticket, *added.ban);
      schedule_expiry();
      if (done) queue_.when_drained(std::move(done));
      return false;
    case jail::BanList::Outcome::banned:
      break;
  }
  log(base::LogLevel::notice, "Ban " + ticket.id);
  const Done both = countdown(2, std::move(done));
  enforce(ticket, both);
  record(std::move(ticket), both);
  schedule_expiry();
  return true;
}

void Enforcer::note_already_banned(const jail::Ticket& ticket, const jail::Ban& ban) {
  const base::Seconds since = ticket.time - ban.ticket.time;
  const base::LogLevel level = since < kFreshBan    ? base::LogLevel::debug
                               : since < kRecentBan ? base::LogLevel::notice
                                                    : base::LogLevel::warning;
  log(level, ticket.id + " already banned");
  const base::UnixTime now = services_.clock.now();
  if (since < kFreshBan || !started_ || now - last_check_ < kFreshBan) return;
  // Somebody still gets through: see whether the firewall has what we think it has.
  last_check_ = now;
  check_actions();
}

void Enforcer::check_actions() {
  if (!started_) return;
  ActionQueue::Job job;
  for (const auto& action : actions_) {
    job.works.push_back({[one = action.get()] { return one->check(); }, {}});
  }
  job.done = [this] { repeat_lost_bans(); };
  queue_.push(std::move(job));
}

// After an environment was restored, every ban made before has to be made again.
void Enforcer::repeat_lost_bans() {
  if (context_.ban_epoch == seen_epoch_) return;
  seen_epoch_ = context_.ban_epoch;
  for (const jail::Ban* lost : bans_.in_order_of_banning()) {
    if (!lost->enforced || lost->epoch >= context_.ban_epoch) continue;
    log(base::LogLevel::notice, "Reban " + lost->ticket.id);
    bans_.set_epoch(lost->ticket.id, context_.ban_epoch);
    queue_.push(ticket_job(
        lost->ticket, "reban",
        [](action::Action& action, action::Subject subject) {
          return action.reban(std::move(subject));
        },
        nullptr));
  }
}

ActionQueue::Job Enforcer::ticket_job(const jail::Ticket& ticket, const char* what,
                                      const OperationOf& operation,
                                      TicketValues::FetchedPtr fetched) {
  ActionQueue::Job job;
  job.may_overlap = true;
  const std::string address = action::ticket_address(ticket);
  const action::Subject subject{action::scope_of(address), address,
                                values_.of(ticket, bans_.ban_time_of(ticket), std::move(fetched))};
  for (const auto& action : actions_) {
    if (ticket.restored && action->skips_restored()) continue;
    job.works.push_back(
        {[one = action.get(), subject, operation] { return operation(*one, subject); },
         [this, what, address, name = action->name()](const base::Result<void>& result) {
           if (result) return;
           services_.log.write(base::LogLevel::error, kLogger,
                               std::string("Failed to execute ") + what + " jail '" + jail_ +
                                   "' action '" + name + "' info '" + address +
                                   "': " + result.error().message);
         }});
  }
  return job;
}

void Enforcer::enforce(const jail::Ticket& ticket, Done done) {
  values_.fetch(ticket, [this, ticket, done = std::move(done)](TicketValues::FetchedPtr fetched) {
    auto job = ticket_job(
        ticket, "ban",
        [](action::Action& action, action::Subject subject) {
          return action.ban(std::move(subject));
        },
        std::move(fetched));
    // The epoch before it ran: if it had to restore the environment itself, it is repeated once
    // more, which is harmless.
    job.done = [this, id = ticket.id, epoch = context_.ban_epoch, done] {
      bans_.set_enforced(id);
      bans_.set_epoch(id, epoch);
      repeat_lost_bans();
      if (done) done();
    };
    queue_.push(std::move(job));
  });
}

void Enforcer::record(jail::Ticket ticket, Done done) {
  if (!services_.store.file()) {
    if (done) done();
    return;
  }
  if (!rules_.increment()) {
    const base::Seconds span = bans_.ban_time_of(ticket);
    ticket.ban_count = std::max(ticket.ban_count, 1);
    services_.store.write({store::AddBan{jail_, std::move(ticket), span}}, std::move(done));
    return;
  }
  history_of(ticket.id,
             [this, ticket, done = std::move(done)](
                 const std::optional<jail::BanHistory>& history) { grow(ticket, history, done); });
}

void Enforcer::history_of(const std::string& id,
                          std::function<void(const std::optional<jail::BanHistory>&)> done) {
  using History = std::optional<jail::BanHistory>;
  const std::optional<std::string> jail =
      rules_.overall_jails() ? std::nullopt : std::optional(jail_);
  services_.store.ask<History>(
      [id, jail](store::BanStore& store) {
        auto found = store.history(id, jail);
        return found ? *found : History();
      },
      [alive = alive_, done = std::move(done)](History history) {
        if (*alive) done(history);
      });
}

void Enforcer::grow(const jail::Ticket& ticket, const std::optional<jail::BanHistory>& history,
                    Done done) {
  const base::Seconds before = bans_.ban_time_of(ticket);
  const auto decision = rules_.decide(ticket, bans_.ban_time(), history, random_number);
  if (!decision.error.empty()) {
    services_.log.write(base::LogLevel::error, kObserver, "[" + jail_ + "] " + decision.error);
  }
  if (decision.known_bad && history) {
    services_.log.write(
        base::LogLevel::info, kObserver,
        "[" + jail_ + "] IP " + ticket.id + " is bad: " + std::to_string(history->bans) +
            " # last " + local_time_text(history->last_ban) + " - incr " +
            base::duration_text(before) + " to " + base::duration_text(decision.ban_time));
  }
  jail::Ticket recorded = ticket;
  recorded.ban_count = decision.ban_count;
  if (decision.own) {
    recorded.ban_time = decision.ban_time;
    bans_.set_own_ban_time(ticket.id, decision.ban_time);
  }
  bans_.set_ban_count(ticket.id, decision.ban_count);
  if (decision.increased) {
    const std::string until =
        decision.ban_time < 0 ? "infinite" : local_time_text(ticket.time + decision.ban_time);
    const std::string span =
        decision.ban_time < 0 ? "permanent" : base::duration_text(decision.ban_time);
    services_.log.write(base::LogLevel::notice, kObserver,
                        "[" + jail_ + "] Increase Ban " + ticket.id + " (" +
                            std::to_string(decision.ban_count) + " # " + span + " -> " + until +
                            ")");
    prolong_later(ticket.id, jail::BanTime::prolong_delay(before, decision.ban_time));
    schedule_expiry();
  }
  // As fail2ban, what is no newer than the last known ban, or over already, is not stored again.
  const bool over =
      decision.ban_time >= 0 && ticket.time + decision.ban_time < services_.clock.now();
  if (decision.older_than_last || over) {
    if (done) done();
    return;
  }
  services_.store.write({store::AddBan{jail_, std::move(recorded), decision.ban_time}},
                        std::move(done));
}

void Enforcer::prolong_later(const std::string& id, base::Seconds delay) {
  const bool wanted = std::any_of(actions_.begin(), actions_.end(),
                                  [](const auto& action) { return action->can_prolong(); });
  if (!wanted) return;
  auto timer = std::make_shared<boost::asio::steady_timer>(services_.loop);
  timer->expires_after(std::chrono::milliseconds(static_cast<int64_t>(delay * 1000)));
  timer->async_wait([this, alive = alive_, timer, id](boost::system::error_code error) {
    if (error || !*alive) return;
    const jail::Ban* ban = bans_.find(id);
    if (ban == nullptr || !started_) return;
    queue_.push(ticket_job(
        ban->ticket, "prolong",
        [](action::Action& action, action::Subject subject) {
          return action.prolong(std::move(subject));
        },
        nullptr));
  });
}

size_t Enforcer::unban(const std::string& id, Done done) {
  std::vector<std::string> ids;
  if (bans_.contains(id)) {
    ids.push_back(id);
  } else if (const auto network = base::Network::parse(id); network && !network->is_single()) {
    ids = bans_.inside(*network);
  }
  const Done each = countdown(ids.size() + 1, std::move(done));
  for (const std::string& one : ids) {
    if (auto ban = bans_.remove(one)) release(ban->ticket, each);
  }
  const size_t count = ids.size();
  if (count == 0) ids.push_back(id);
  services_.store.write({store::DeleteBans{jail_, std::move(ids)}}, each);
  schedule_expiry();
  return count;
}

size_t Enforcer::unban_all(Done done) {
  const size_t count = bans_.currently_banned();
  const Done both = countdown(2, std::move(done));
  services_.store.write({store::DeleteBans{jail_, std::nullopt}}, both);
  take_back_all(both);
  return count;
}

void Enforcer::release(const jail::Ticket& ticket, Done done) {
  log(base::LogLevel::notice, "Unban " + ticket.id);
  values_.fetch(ticket, [this, ticket, done = std::move(done)](TicketValues::FetchedPtr fetched) {
    auto job = ticket_job(
        ticket, "unban",
        [](action::Action& action, action::Subject subject) {
          return action.unban(std::move(subject));
        },
        std::move(fetched));
    job.done = [this, done] {
      repeat_lost_bans();
      if (done) done();
    };
    queue_.push(std::move(job));
  });
}

// One flush where an action has it, single unbans where not.
void Enforcer::take_back_all(Done done) {
  const std::vector<jail::Ban> bans = bans_.remove_all();
  ActionQueue::Job job;
  for (const auto& action : actions_) {
    action::Action* one = action.get();
    if (one->can_flush()) {
      log(base::LogLevel::notice, "Flush ticket(s) with " + one->name());
      job.works.push_back({[one] { return one->flush(); },
                           [this](const base::Result<void>& result) {
                             if (!result) log(base::LogLevel::error, result.error().message);
                           }});
      continue;
    }
    for (const jail::Ban& ban : bans) {
      const std::string address = action::ticket_address(ban.ticket);
      const action::Subject subject{action::scope_of(address), address,
                                    values_.of(ban.ticket, bans_.ban_time_of(ban.ticket), nullptr)};
      job.works.push_back({[one, subject] { return one->unban(subject); }, {}});
    }
  }
  for (const jail::Ban& ban : bans) log(base::LogLevel::notice, "Unban " + ban.ticket.id);
  job.done = std::move(done);
  queue_.push(std::move(job));
}

void Enforcer::stop(Done done) {
  started_ = false;
  expiry_.cancel();
  take_back_all({});
  ActionQueue::Job job;
  for (auto action = actions_.rbegin(); action != actions_.rend(); ++action) {
    job.works.push_back({[one = action->get()] { return one->stop(); },
                         [this, name = (*action)->name()](const base::Result<void>& result) {
                           if (result) return;
                           services_.log.write(base::LogLevel::error, kLogger,
                                               "Failed to stop jail '" + jail_ + "' action '" +
                                                   name + "': " + result.error().message);
                         }});
  }
  job.done = std::move(done);
  queue_.push(std::move(job));
}

void Enforcer::schedule_expiry() {
  const base::UnixTime next = bans_.next_end();
  if (!started_ || next == jail::kNever) return;
  const double wait = std::max(0.0, next - services_.clock.now());
  const auto delay = std::min<std::chrono::steady_clock::duration>(
      kExpiryCheck,
      std::chrono::milliseconds(static_cast<int64_t>(std::min(wait, 10.0) * 1000) + 1));
  expiry_.expires_after(delay);
  expiry_.async_wait([this, alive = alive_](boost::system::error_code error) {
    if (!error && *alive) expire();
  });
}

void Enforcer::expire() {
  for (const jail::Ban& ban : bans_.take_expired(services_.clock.now(), kExpiryBatch)) {
    release(ban.ticket, {});
  }
  schedule_expiry();
}

}  // namespace gaoler::server
