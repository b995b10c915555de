#include "server/jail_actions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "action/nft_step.h"
#include "action/ticket_tags.h"
#include "server/countdown.h"
#include "server/nft_access.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.actions";

std::string_view name_of(JailActions::Event event) {
  switch (event) {
    case JailActions::Event::ban:
      return "ban";
    case JailActions::Event::reban:
      return "reban";
    case JailActions::Event::prolong:
      return "prolong";
    case JailActions::Event::unban:
      return "unban";
  }
  return "";
}

action::Operation operation_of(JailActions::Event event, action::Action& action,
                               action::Subject subject) {
  switch (event) {
    case JailActions::Event::reban:
      return action.reban(std::move(subject));
    case JailActions::Event::prolong:
      return action.prolong(std::move(subject));
    case JailActions::Event::unban:
      return action.unban(std::move(subject));
    case JailActions::Event::ban:
      break;
  }
  return action.ban(std::move(subject));
}

sys::NftElementChange change_of(const action::NftElement& element) {
  return {element.add, element.family, element.table, element.set, element.network};
}

action::Operation check_if(bool needed, action::Action& action, bool stopping) {
  if (!needed) co_return {};
  co_return co_await action.check(stopping);
}

// The element that the action's ban is, if it is nothing else.
std::optional<action::NftElement> element_of(const action::Action& action,
                                             const action::Subject& subject) {
  const auto step = action.ban_step(subject);
  if (!step || !step->args.empty()) return std::nullopt;
  const auto script = action::recognise_nft(step->text);
  if (!script || !script->element || !script->element->add) return std::nullopt;
  return script->element;
}

// Does the action put an element into one of the sets that have lost some?
bool is_lost(const action::Action& action, const action::Subject& subject,
             const sys::NftLoss& loss) {
  const auto found = element_of(action, subject);
  if (!found) return false;
  const action::NftElement& element = *found;
  return loss.more_elements ||
         std::any_of(loss.elements.begin(), loss.elements.end(), [&](const auto& lost) {
           return lost.set == element.set && lost.table == element.table &&
                  lost.family == element.family;
         });
}

}  // namespace

JailActions::JailActions(std::string jail, Services& services, StepRunner& steps)
    : jail_(std::move(jail)),
      services_(services),
      values_(jail_, services, actions_),
      queue_(steps, services.turns) {
  context_.jail = jail_;
  context_.log = &services_.log;
  context_.ipv6_allowed = [this] { return services_.ipv6_allowed; };
  context_.values = [this](std::string_view tag) { return values_.jail_tag(tag); };
}

void JailActions::log(base::LogLevel level, const std::string& text) const {
  services_.log.write(level, kLogger, "[" + jail_ + "] " + text);
}

std::function<void(const base::Result<void>&)> JailActions::report(std::string what) const {
  return [this, what = std::move(what)](const base::Result<void>& result) {
    if (result) return;
    services_.log.write(base::LogLevel::error, kLogger,
                        "Failed to " + what + ": " + result.error().message);
  };
}

action::Action* JailActions::find(std::string_view name) {
  for (const auto& action : actions_) {
    if (action->name() == name) return action.get();
  }
  return nullptr;
}

bool JailActions::can_prolong() const {
  return std::any_of(actions_.begin(), actions_.end(),
                     [](const auto& action) { return action->can_prolong(); });
}

void JailActions::start() {
  ActionQueue::Job job;
  for (const auto& action : actions_) job.works.push_back(start_of(*action));
  queue_.push(std::move(job));
}

ActionQueue::Work JailActions::start_of(action::Action& action) const {
  return {[one = &action] { return one->start(); },
          report("start jail '" + jail_ + "' action '" + action.name() + "'")};
}

void JailActions::start_late(const std::string& name, const std::vector<TicketBan>& bans) {
  action::Action* action = find(name);
  if (action == nullptr) return;
  ActionQueue::Job job;
  job.works.push_back(start_of(*action));
  for (const TicketBan& ban : bans) {
    if (ban.ticket.restored && action->skips_restored()) continue;
    job.works.push_back(
        {[action, subject = subject_of(ban, nullptr)] { return action->ban(subject); }, {}});
  }
  queue_.push(std::move(job));
}

void JailActions::perform(std::function<action::Operation()> begin,
                          std::function<void(const base::Result<void>&)> ended) {
  ActionQueue::Job job;
  job.works.push_back({std::move(begin), std::move(ended)});
  queue_.push(std::move(job));
}

void JailActions::stop(Done done) {
  ActionQueue::Job job;
  for (auto action = actions_.rbegin(); action != actions_.rend(); ++action) {
    if (leaves_bans(**action)) continue;
    job.works.push_back({[one = action->get()] { return one->stop(); },
                         report("stop jail '" + jail_ + "' action '" + (*action)->name() + "'")});
  }
  job.done = std::move(done);
  queue_.push(std::move(job));
}

void JailActions::reload(const std::string& name) {
  action::Action* action = find(name);
  if (action == nullptr) return;
  ActionQueue::Job job;
  job.works.push_back({[action] { return action->reload(); },
                       [this](const base::Result<void>& result) {
                         if (!result) log(base::LogLevel::error, result.error().message);
                       }});
  queue_.push(std::move(job));
}

void JailActions::remove(const std::string& name, bool started, const std::vector<TicketBan>& bans,
                         Done done) {
  const auto found = std::find_if(actions_.begin(), actions_.end(),
                                  [&](const auto& action) { return action->name() == name; });
  if (found == actions_.end()) return;
  action::Action* action = found->get();
  retired_.push_back(std::move(*found));
  actions_.erase(found);
  if (!started) {
    if (done) done();
    return;
  }
  ActionQueue::Job job;
  if (action->can_flush()) {
    job.works.push_back({[action] { return action->flush(); }, {}});
  } else {
    add_unbans(*action, bans, job);
  }
  job.works.push_back({[action] { return action->stop(); }, {}});
  job.done = std::move(done);
  queue_.push(std::move(job));
}

action::Subject JailActions::subject_of(const TicketBan& ban,
                                        TicketValues::FetchedPtr fetched) const {
  const std::string& address = action::ticket_address(ban.ticket);
  return {action::scope_of(address), address,
          values_.of(ban.ticket, ban.ban_time, std::move(fetched))};
}

void JailActions::add_unbans(action::Action& action, const std::vector<TicketBan>& bans,
                             ActionQueue::Job& job) const {
  for (const TicketBan& ban : bans) {
    job.works.push_back(
        {[one = &action, subject = subject_of(ban, nullptr)] { return one->unban(subject); }, {}});
  }
}

void JailActions::push(Event event, const TicketBan& ban, TicketValues::FetchedPtr fetched,
                       const Wanted& wanted, Done done) {
  ActionQueue::Job job;
  job.may_overlap = true;
  const action::Subject subject = subject_of(ban, std::move(fetched));
  const bool bans = event == Event::ban || event == Event::reban;
  for (const auto& action : actions_) {
    if (ban.ticket.restored && action->skips_restored()) continue;
    if (wanted && !wanted(*action, subject)) continue;
    ActionQueue::Work work;
    work.begin = [event, one = action.get(), subject]() mutable {
      return operation_of(event, *one, std::move(subject));
    };
    work.ended = [this, event, address = subject.address,
                  name = action->name()](const base::Result<void>& result) {
      if (result) return;
      report("execute " + std::string(name_of(event)) + " jail '" + jail_ + "' action '" + name +
             "' info '" + address + "'")(result);
    };
    if (bans) {
      work.has_to_start = [one = action.get(), scope = subject.scope] {
        return one->has_to_start(scope);
      };
    }
    job.works.push_back(std::move(work));
  }
  if (wanted && job.works.empty()) return;
  job.done = std::move(done);
  queue_.push(std::move(job));
}

void JailActions::run(Event event, const TicketBan& ban, Done done) {
  if (event == Event::prolong) return push(event, ban, nullptr, nullptr, std::move(done));
  values_.fetch(ban.ticket, [this, event, ticket = ban.ticket, ban_time = ban.ban_time,
                             done = std::move(done)](TicketValues::FetchedPtr fetched) {
    push(event, {ticket, ban_time}, std::move(fetched), nullptr, done);
  });
}

void JailActions::repeat(const TicketBan& ban, int since) {
  const auto restored = [since](const action::Action& action, const action::Subject&) {
    return action.ban_epoch() > since;
  };
  push(Event::reban, ban, nullptr, restored, {});
}

void JailActions::repeat_if_lost(const TicketBan& ban, const sys::NftLoss& loss) {
  const auto lost = [this, &ban, &loss](const action::Action& action,
                                        const action::Subject& subject) {
    if (!is_lost(action, subject, loss)) return false;
    log(base::LogLevel::notice, "Reban " + ban.ticket.id + ", action '" + action.name() + "'");
    return true;
  };
  push(Event::reban, ban, nullptr, lost, {});
}

// A flush that fails says that something is missing.
void JailActions::add_flush(action::Action& action, bool stopping, ActionQueue::Job& job) {
  log(base::LogLevel::notice, "Flush ticket(s) with " + action.name());
  const auto failed = std::make_shared<bool>(false);
  job.works.push_back({[one = &action] { return one->flush(); },
                       [this, failed, name = action.name()](const base::Result<void>& result) {
                         *failed = !result.ok();
                         if (result) return;
                         report("flush bans in jail '" + jail_ + "' action '" + name + "'")(result);
                         services_.log.write(base::LogLevel::info, kLogger,
                                             "No flush occurred, do consistency check");
                       }});
  job.works.push_back(
      {[one = &action, failed, stopping] { return check_if(*failed, *one, stopping); }, {}});
}

void JailActions::take_back(const std::vector<TicketBan>& bans, bool stopping, Done done) {
  ActionQueue::Job job;
  for (const auto& action : actions_) {
    action::Action* one = action.get();
    if (stopping && leaves_bans(*one)) continue;
    if (!one->can_flush()) {
      add_unbans(*one, bans, job);
      continue;
    }
    add_flush(*one, stopping, job);
  }
  if (!stopping || !services_.leaving_bans) {
    for (const TicketBan& ban : bans) log(base::LogLevel::notice, "Unban " + ban.ticket.id);
  }
  job.done = std::move(done);
  queue_.push(std::move(job));
}

void JailActions::check(Done done) {
  ActionQueue::Job job;
  for (const auto& action : actions_) {
    job.works.push_back({[one = action.get()] { return one->check(); }, {}});
  }
  job.done = std::move(done);
  queue_.push(std::move(job));
}

std::vector<JailActions::OwnSet> JailActions::own_sets() const {
  constexpr const char* kSamples[] = {"192.0.2.1", "2001:db8::1"};
  std::vector<OwnSet> sets;
  for (const auto& action : actions_) {
    for (const char* address : kSamples) {
      const auto ticket = jail::manual_ticket(address, services_.clock.now());
      auto element = element_of(*action, subject_of({ticket, 0}, nullptr));
      if (element) sets.push_back({action.get(), std::move(*element)});
    }
  }
  return sets;
}

bool JailActions::leaves_bans(const action::Action& action) const {
  if (!services_.leaving_bans || services_.nft.session() == nullptr) return false;
  const auto sets = own_sets();
  return std::any_of(sets.begin(), sets.end(),
                     [&](const OwnSet& own) { return own.action == &action; });
}

void JailActions::adopt(Done next) {
  const auto sets = services_.keep_bans ? own_sets() : std::vector<OwnSet>();
  sys::NftSession* session = sets.empty() ? nullptr : services_.nft.session();
  if (session == nullptr) return next();
  const Done each = countdown(sets.size(), [this, alive = alive_, next = std::move(next)] {
    if (!*alive) return;
    ActionQueue::Job job;
    for (const OwnSet& own : adopted_) {
      const auto scope = action::scope_of(own.sample.network.text());
      job.works.push_back({[action = own.action, scope] { return action->adopt(scope); }, {}});
    }
    queue_.push(std::move(job));
    next();
  });
  for (const OwnSet& own : sets) {
    session->list(change_of(own.sample), [this, alive = alive_, own, each](const auto& listed) {
      if (*alive && listed) adopted_.push_back(own);
      each();
    });
  }
}

void JailActions::drop_strangers(Banned banned) {
  if (adopted_.empty()) return;
  queue_.when_drained([this, banned = std::move(banned)] {
    sys::NftSession* session = services_.nft.session();
    if (session == nullptr) return;
    for (const OwnSet& own : std::exchange(adopted_, {})) {
      session->list(change_of(own.sample), [this, alive = alive_, own, banned](const auto& listed) {
        if (!*alive || !listed) return;
        if (const auto networks = banned()) drop_strangers_of(own, *listed, *networks);
      });
    }
  });
}

// Bans that were made after the listing are in the list of bans already.
void JailActions::drop_strangers_of(const OwnSet& own, const std::vector<base::Network>& elements,
                                    const std::set<base::Network>& banned) {
  std::vector<sys::NftElementChange> gone;
  for (const base::Network& element : elements) {
    if (banned.contains(element)) continue;
    log(base::LogLevel::notice, "Unban " + element.text());
    gone.push_back(change_of(own.sample));
    gone.back().add = false;
    gone.back().network = element;
  }
  if (!gone.empty()) services_.nft.session()->apply(std::move(gone), [](const auto&) {});
}

}  // namespace gaoler::server
