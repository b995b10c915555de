// Enforcer: the bans of one jail and the actions that make them real.
//
// Tickets come in, bans and unbans go out to the actions and to the database, expiry is watched,
// and ban times grow where bantime.increment says so. Knows nothing of logs and filters. Whoever
// asks for a ban or an unban may have a callback: it comes when actions and database are done with
// it. One thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "jail/ban_list.h"
#include "jail/ban_time.h"
#include "server/jail_actions.h"
#include "server/services.h"

namespace gaoler::server {

class Enforcer {
 public:
  using Done = std::function<void()>;

  // Both are lent; the steps may be made later than this.
  Enforcer(std::string jail, Services& services, StepRunner& steps);
  ~Enforcer();

  // What tags like <jail.found> stand for; asked at run time.
  void set_jail_tags(action::TagLookup tags) { actions_.set_jail_tags(std::move(tags)); }

  jail::BanTime& ban_time_rules() { return rules_; }
  const jail::BanTime& ban_time_rules() const { return rules_; }
  const jail::BanList& bans() const { return bans_; }
  void set_ban_time(base::Seconds seconds);

  // Actions, in order of definition.
  const JailActions::List& actions() const { return actions_.all(); }
  action::Action* find_action(std::string_view name) { return actions_.find(name); }
  // Actions are made with this, which lives as long as they do.
  action::JailContext& action_context() { return actions_.context(); }
  void add_action(std::unique_ptr<action::Action> action) { actions_.add(std::move(action)); }
  // Of an action added to a running jail: starts it and tells it of the bans there are.
  void start_action(const std::string& name);
  // Unbans through it alone, then stops it; `done` may be empty.
  void remove_action(const std::string& name, Done done);
  // Of an action that a reload kept: runs its actionreload.
  void reload_action(const std::string& name);

  // What somebody asks of one action, in order with all else that is asked of the actions.
  void perform(std::function<action::Operation()> begin,
               std::function<void(const base::Result<void>&)> ended) {
    actions_.perform(std::move(begin), std::move(ended));
  }

  // Starts actions, then takes up the bans the database still holds. `spare` decides on each
  // restored ticket.
  using Spare = std::function<void(const jail::Ticket&, std::function<void(bool spared)>)>;
  void start(Spare spare, Done done);
  // Takes everything back: bans out of the firewall (not out of the database), actions stopped.
  void stop(Done done);

  // Whether the ticket became a new ban; done after actions and database.
  bool ban(jail::Ticket ticket, Done done = {});
  // How many bans ended: the id's own, or, of a network or name that is none, those inside. Also
  // removes them from the database, the id itself in any case.
  size_t unban(const std::string& id, Done done = {});
  size_t unban_all(Done done = {});

  // The increment's view of an id: asks the database.
  void history_of(const std::string& id,
                  std::function<void(const std::optional<jail::BanHistory>&)> done);

  // Sees whether what the actions have started is still there; where not, it is restored and the
  // bans repeated.
  void check_actions();
  // Somebody else has taken this out of nftables: what of it is ours comes back.
  void restore_lost(const sys::NftLoss& loss);

  // When all that was asked for so far is done.
  void when_idle(Done done) { actions_.when_idle(std::move(done)); }

 private:
  void log(base::LogLevel level, const std::string& text) const;
  void note_already_banned(const jail::Ticket& ticket, const jail::Ban& ban);
  void repeat_lost_bans();
  void restore_elements(const sys::NftLoss& loss);
  void enforce(const jail::Ticket& ticket, Done done);
  void record(jail::Ticket ticket, Done done);
  void grow(const jail::Ticket& ticket, const std::optional<jail::BanHistory>& history, Done done);
  std::optional<std::set<base::Network>> banned_networks() const;
  void prolong_later(const std::string& id, base::Seconds delay);
  void release(const jail::Ticket& ticket, Done done);
  void take_back_all(Done done);
  struct Restore;
  using Tickets = std::vector<jail::Ticket>;
  void read_page(const std::shared_ptr<Restore>& restore);
  void restore_page(const std::shared_ptr<Restore>& restore, Tickets tickets);
  void end_restore(const Restore& restore);
  void restore_one(jail::Ticket ticket);
  jail::Ticket as_kept(const jail::Ticket& ticket);

  JailActions::TicketBan ticket_ban(const jail::Ticket& ticket) const;
  void schedule_expiry();
  void expire();

  std::string jail_;
  Services& services_;
  jail::BanTime rules_;
  jail::BanList bans_;
  JailActions actions_;
  boost::asio::steady_timer expiry_;
  bool started_ = false;
  base::UnixTime last_check_ = 0;
  int seen_epoch_ = 0;
  // False once this is gone: answers of other threads may come later.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gaoler::server
