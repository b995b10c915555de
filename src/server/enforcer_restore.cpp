// The start of an enforcer: the bans of the database come back, page by page.
#include <memory>
#include <utility>

#include "server/enforcer.h"
#include "server/store_worker.h"

namespace gaoler::server {
namespace {

constexpr size_t kRestorePage = 5000;

}  // namespace

// On its way while the database is read page by page.
struct Enforcer::Restore {
  store::RestoreRules rules;
  Spare spare;
  Done done;
  size_t pages = 0;
  bool read = false;     // all of them
  size_t undecided = 0;  // whether they are to be spared: names may have to be looked up
};

void Enforcer::start(Spare spare, Done done) {
  started_ = true;
  auto restore = std::make_shared<Restore>();
  store::RestoreRules& rules = restore->rules;
  rules.now = services_.clock.now();
  rules.jail_ban_time = bans_.ban_time();
  rules.longest = rules_.longest(bans_.ban_time());
  if (!rules_.increment() && bans_.ban_time() >= 0) rules.younger_than = bans_.ban_time();
  rules.max_matches = services_.store.settings().max_matches;
  rules.most = kRestorePage;
  restore->spare = std::move(spare);
  restore->done = std::move(done);
  actions_.adopt([this, alive = alive_, restore] {
    if (!*alive || !started_) return;
    actions_.start();
    read_page(restore);
  });
}

// The next page is read while the kernel takes this one, and waits until it has.
void Enforcer::read_page(const std::shared_ptr<Restore>& restore) {
  services_.store.ask<Tickets>(
      [jail = jail_, rules = restore->rules](store::BanStore& store) {
        auto found = store.current_bans(jail, rules);
        return found ? std::move(*found) : Tickets();
      },
      [this, alive = alive_, restore](Tickets tickets) {
        if (!*alive) return;
        if (restore->pages++ == 0) return restore_page(restore, std::move(tickets));
        const auto page = std::make_shared<Tickets>(std::move(tickets));
        actions_.when_idle([this, restore, page] { restore_page(restore, std::move(*page)); });
      });
}

void Enforcer::restore_page(const std::shared_ptr<Restore>& restore, Tickets tickets) {
  if (!started_) return;
  const bool last = tickets.size() < restore->rules.most;
  if (!last) {
    restore->rules.after = tickets.back().id;
    read_page(restore);
  }
  for (jail::Ticket& ticket : tickets) {
    const jail::Ticket asked = ticket;
    ++restore->undecided;
    restore->spare(
        asked, [this, alive = alive_, restore, ticket = std::move(ticket)](bool spared) mutable {
          if (!*alive) return;
          --restore->undecided;
          if (!spared && started_) restore_one(std::move(ticket));
          end_restore(*restore);
        });
  }
  if (!last) return;
  restore->read = true;
  schedule_expiry();
  end_restore(*restore);
  if (restore->done) restore->done();
}

// What the kernel was found to hold is known to be nobody's ban only now.
void Enforcer::end_restore(const Restore& restore) {
  if (!restore.read || restore.undecided > 0) return;
  actions_.drop_strangers([this] { return banned_networks(); });
}

void Enforcer::restore_one(jail::Ticket ticket) {
  const auto added = bans_.add(as_kept(ticket), services_.clock.now());
  if (added.outcome != jail::BanList::Outcome::banned) return;
  log(base::LogLevel::notice, "Restore Ban " + ticket.id);
  enforce(ticket, {});
  schedule_expiry();
}

}  // namespace gaoler::server
