#include "server/enforcer.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <random>
#include <set>
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
      actions_(jail_, services, steps),
      expiry_(services.loop) {}

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

void Enforcer::start_action(const std::string& name) {
  if (!started_) return;
  std::vector<JailActions::TicketBan> bans;
  for (const jail::Ban* ban : bans_.in_order_of_banning()) bans.push_back(ticket_ban(ban->ticket));
  actions_.start_late(name, bans);
}

void Enforcer::remove_action(const std::string& name, Done done) {
  std::vector<JailActions::TicketBan> bans;
  for (const jail::Ban* ban : bans_.in_order_of_banning()) bans.push_back(ticket_ban(ban->ticket));
  actions_.remove(name, started_, bans, std::move(done));
}

void Enforcer::reload_action(const std::string& name) {
  if (started_) actions_.reload(name);
}

JailActions::TicketBan Enforcer::ticket_ban(const jail::Ticket& ticket) const {
  return {ticket, bans_.ban_time_of(ticket)};
}

// The evidence is what a ban weighs most; once database and actions have it, it is kept only for
// actions that ask for it again later.
jail::Ticket Enforcer::as_kept(const jail::Ticket& ticket) {
  jail::Ticket kept = ticket;
  if (actions_.want_evidence()) return kept;
  kept.lines = {};
  kept.groups.clear();
  return kept;
}

std::optional<std::set<base::Network>> Enforcer::banned_networks() const {
  if (!started_) return std::nullopt;
  std::set<base::Network> networks;
  for (const jail::Ban* ban : bans_.in_order_of_banning()) {
    if (const auto network = action::ticket_network(ban->ticket)) networks.insert(*network);
  }
  return networks;
}

bool Enforcer::ban(jail::Ticket ticket, Done done) {
  const jail::Ticket kept = as_kept(ticket);
  const auto added = bans_.add(kept, services_.clock.now());
  switch (added.outcome) {
    case jail::BanList::Outcome::expired:
      log(base::LogLevel::info, "Ignore " + ticket.id + ", expired bantime");
      if (done) done();
      return false;
    case jail::BanList::Outcome::already_banned:
    case jail::BanList::Outcome::prolonged:
      note_already_banned(ticket, *added.ban);
      schedule_expiry();
      if (done) actions_.when_idle(std::move(done));
      return false;
    case jail::BanList::Outcome::banned:
      break;
  }
  log(base::LogLevel::notice, "Ban " + ticket.id);
  const Done both = countdown(2, std::move(done));
  enforce(kept, both);
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
  if (started_) actions_.check([this] { repeat_lost_bans(); });
}

// After an environment was restored, every ban made before has to be made again.
void Enforcer::repeat_lost_bans() {
  const int epoch = actions_.epoch();
  if (epoch == seen_epoch_) return;
  seen_epoch_ = epoch;
  for (const jail::Ban* lost : bans_.in_order_of_banning()) {
    if (!lost->enforced || lost->epoch >= epoch) continue;
    log(base::LogLevel::notice, "Reban " + lost->ticket.id);
    const int before = lost->epoch;
    bans_.set_epoch(lost->ticket.id, epoch);
    actions_.repeat(ticket_ban(lost->ticket), before);
  }
}

void Enforcer::restore_lost(const sys::NftLoss& loss) {
  if (!started_) return;
  if (loss.structure) check_actions();
  if (!loss.elements.empty()) restore_elements(loss);
}

// Bans whose element is gone, and those inside of a network that is gone: they had none.
void Enforcer::restore_elements(const sys::NftLoss& loss) {
  std::set<base::Network> firsts;
  for (const auto& element : loss.elements) firsts.insert(element.first);
  std::vector<base::Network> lost;
  const auto bans = bans_.in_order_of_banning();
  for (const jail::Ban* ban : bans) {
    const auto network = action::ticket_network(ban->ticket);
    if (network && firsts.contains(network->first())) lost.push_back(*network);
  }
  std::sort(lost.begin(), lost.end());
  // In their order what is inside of a network follows it: one pass leaves the outermost.
  const auto inside = [](const base::Network& a, const base::Network& b) { return a.contains(b); };
  lost.erase(std::unique(lost.begin(), lost.end(), inside), lost.end());
  for (const jail::Ban* ban : bans) {
    const auto network = action::ticket_network(ban->ticket);
    if (!network) continue;
    auto next = std::upper_bound(lost.begin(), lost.end(), *network);
    const bool gone = next != lost.begin() && (--next)->contains(*network);
    if (gone || loss.more_elements) actions_.repeat_if_lost(ticket_ban(ban->ticket), loss);
  }
}

void Enforcer::enforce(const jail::Ticket& ticket, Done done) {
  // The epoch before it ran: if it had to restore the environment itself, it is repeated once
  // more, which is harmless.
  actions_.run(JailActions::Event::ban, ticket_ban(ticket),
               [this, id = ticket.id, epoch = actions_.epoch(), done = std::move(done)] {
                 bans_.set_enforced(id);
                 bans_.set_epoch(id, epoch);
                 repeat_lost_bans();
                 if (done) done();
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
  if (!actions_.can_prolong()) return;
  auto timer = std::make_shared<boost::asio::steady_timer>(services_.loop);
  timer->expires_after(std::chrono::milliseconds(static_cast<int64_t>(delay * 1000)));
  timer->async_wait([this, alive = alive_, timer, id](boost::system::error_code error) {
    if (error || !*alive) return;
    const jail::Ban* ban = bans_.find(id);
    if (ban == nullptr || !started_) return;
    actions_.run(JailActions::Event::prolong, ticket_ban(ban->ticket), {});
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
  actions_.run(JailActions::Event::unban, ticket_ban(ticket), [this, done = std::move(done)] {
    repeat_lost_bans();
    if (done) done();
  });
}

void Enforcer::take_back_all(Done done) {
  const std::vector<jail::Ban> bans = bans_.remove_all();
  std::vector<JailActions::TicketBan> tickets;
  for (const jail::Ban& ban : bans) tickets.push_back(ticket_ban(ban.ticket));
  actions_.take_back(tickets, !started_, std::move(done));
}

void Enforcer::stop(Done done) {
  started_ = false;
  expiry_.cancel();
  take_back_all({});
  actions_.stop(std::move(done));
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
