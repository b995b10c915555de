// JailActions: the actions of one jail, and the work that each event gives to all of them.
//
// An event (start, ban of a ticket, flush, stop, ...) becomes one job of the jail's queue; what an
// action fails at is logged here and stops nothing. Which bans there are is the enforcer's
// knowledge, here they come as tickets. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "action/action.h"
#include "action/nft_step.h"
#include "jail/ban_list.h"
#include "server/action_queue.h"
#include "server/services.h"
#include "server/ticket_values.h"

namespace gaoler::server {

class JailActions {
 public:
  using Done = std::function<void()>;
  using List = std::vector<std::unique_ptr<action::Action>>;
  // A ticket and what its ban lasts; lent for the call.
  struct TicketBan {
    const jail::Ticket& ticket;
    base::Seconds ban_time;
  };
  enum class Event { ban, reban, prolong, unban };

  // Both are lent; the steps may be made later than this.
  JailActions(std::string jail, Services& services, StepRunner& steps);
  ~JailActions() { *alive_ = false; }
  JailActions(const JailActions&) = delete;
  JailActions& operator=(const JailActions&) = delete;

  // What tags like <jail.found> stand for; asked at run time.
  void set_jail_tags(action::TagLookup tags) { values_.set_jail_tags(std::move(tags)); }

  // In order of definition.
  const List& all() const { return actions_; }
  action::Action* find(std::string_view name);
  void add(std::unique_ptr<action::Action> action) { actions_.push_back(std::move(action)); }
  action::JailContext& context() { return context_; }
  bool can_prolong() const;
  // Grows when an environment had to be restored: bans made before may be gone.
  int epoch() const { return context_.ban_epoch; }

  void start();
  // One that was added later: starts it and tells it of the bans there are.
  void start_late(const std::string& name, const std::vector<TicketBan>& bans);
  // What somebody asks of one action, in order with all else that is asked of the actions.
  void perform(std::function<action::Operation()> begin,
               std::function<void(const base::Result<void>&)> ended);
  // In the opposite order.
  void stop(Done done);
  // Runs its actionreload.
  void reload(const std::string& name);
  // Takes it out. If it was started, `bans` are taken back through it and it is stopped.
  void remove(const std::string& name, bool started, const std::vector<TicketBan>& bans, Done done);

  // The values that the actions mention are fetched first, but not for a ban that is only made
  // again or prolonged; the ticket is copied.
  void run(Event event, const TicketBan& ban, Done done);
  // Makes a ban again through actions that were restored since the epoch.
  void repeat(const TicketBan& ban, int since);
  // Makes a ban whose element is gone again, through actions that have put it into such a set.
  void repeat_if_lost(const TicketBan& ban, const sys::NftLoss& loss);
  // All of them: one flush where an action has it, single unbans where not. What a failed flush may
  // mean is looked into, but not mended for a jail that stops.
  void take_back(const std::vector<TicketBan>& bans, bool stopping, Done done);
  // Sees whether what the actions have started is still there, and restores it where not.
  void check(Done done);

  // Do they mention lines and groups of tickets?
  bool want_evidence() { return values_.want_evidence(); }

  // keep_bans_on_stop: what an earlier run has left in the kernel is taken over, without a gap.
  // `next` is called when it is known what there is; may be at once.
  void adopt(Done next);
  // ... and of that, what is banned no more is taken out. Nothing is, once a stop has emptied the
  // list of bans: then there is no list.
  using Banned = std::function<std::optional<std::set<base::Network>>()>;
  void drop_strangers(Banned banned);

  // When all that was asked for so far is done.
  void when_idle(Done done) { queue_.when_drained(std::move(done)); }

 private:
  // A set that an action puts its bans of a family into, as its steps name it.
  struct OwnSet {
    action::Action* action;
    action::NftElement sample;
  };
  std::vector<OwnSet> own_sets() const;
  void drop_strangers_of(const OwnSet& own, const std::vector<base::Network>& elements,
                         const std::set<base::Network>& banned);
  // Whether its bans stay in the kernel while we are not there.
  bool leaves_bans(const action::Action& action) const;

  void log(base::LogLevel level, const std::string& text) const;
  action::Subject subject_of(const TicketBan& ban, TicketValues::FetchedPtr fetched) const;
  // Through the actions that `wanted` picks; nullptr: all.
  using Wanted = std::function<bool(const action::Action&, const action::Subject&)>;
  void push(Event event, const TicketBan& ban, TicketValues::FetchedPtr fetched,
            const Wanted& wanted, Done done);
  void add_flush(action::Action& action, bool stopping, ActionQueue::Job& job);
  void add_unbans(action::Action& action, const std::vector<TicketBan>& bans,
                  ActionQueue::Job& job) const;
  ActionQueue::Work start_of(action::Action& action) const;
  // Logs a failure: `what` it was that failed.
  std::function<void(const base::Result<void>&)> report(std::string what) const;

  std::string jail_;
  Services& services_;
  action::JailContext context_;
  List actions_;
  List retired_;  // their last operations may still run
  TicketValues values_;
  ActionQueue queue_;
  std::vector<OwnSet> adopted_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gaoler::server
