#include "server/ticket_values.h"

#include <optional>
#include <utility>

#include "action/ticket_tags.h"
#include "base/ip.h"
#include "server/countdown.h"
#include "server/store_worker.h"

namespace gaoler::server {
struct TicketValues::Fetched {
  std::optional<std::string> host;
  std::optional<jail::Ticket> in_jail;
  std::optional<jail::Ticket> in_all;
};

const TicketValues::Wanted& TicketValues::wanted() {
  uint64_t revisions = actions_.size() + 1;
  for (const auto& action : actions_) revisions = revisions * 31 + action->revision();
  if (revisions == wanted_for_) return wanted_;
  wanted_for_ = revisions;
  wanted_ = {};
  for (const auto& action : actions_) {
    wanted_.host = wanted_.host || action->mentions("<ip-host>");
    wanted_.in_jail = wanted_.in_jail || action->mentions("<ipjail");
    wanted_.in_all =
        wanted_.in_all || action->mentions("<ipmatches>") || action->mentions("<ipfailures>");
    wanted_.evidence = wanted_.evidence || action->mentions("matches>") || action->mentions("<F-");
  }
  return wanted_;
}

void TicketValues::fetch(const jail::Ticket& ticket, std::function<void(FetchedPtr)> use) {
  const Wanted wanted = this->wanted();
  if (wanted.nothing()) return use(nullptr);
  auto fetched = std::make_shared<Fetched>();
  const auto ready = countdown(2, [fetched, use = std::move(use)] { use(fetched); });
  const auto address = base::Network::parse(action::ticket_address(ticket));
  if (wanted.host && address) {
    services_.resolver.name_of(*address, [fetched, ready, alive = alive_](std::string name) {
      if (!*alive) return;
      fetched->host = std::move(name);
      ready();
    });
  } else {
    ready();
  }
  using Merged = std::optional<jail::Ticket>;
  using Pair = std::pair<Merged, Merged>;
  services_.store.ask<Pair>(
      [id = ticket.id, jail = jail_, wanted](store::BanStore& store) {
        const auto ask = [&](bool asked, const std::optional<std::string>& where) {
          if (!asked) return Merged();
          auto merged = store.merged_bans(id, where);
          return merged ? std::move(*merged) : Merged();
        };
        return Pair(ask(wanted.in_jail, jail), ask(wanted.in_all, std::nullopt));
      },
      [fetched, ready, alive = alive_](Pair found) {
        if (!*alive) return;
        fetched->in_jail = std::move(found.first);
        fetched->in_all = std::move(found.second);
        ready();
      });
}

action::TagLookup TicketValues::of(const jail::Ticket& ticket, base::Seconds ban_time,
                                   FetchedPtr fetched) const {
  return [this, ticket = std::make_shared<const jail::Ticket>(ticket), fetched = std::move(fetched),
          ban_time](std::string_view tag) -> std::optional<std::string> {
    if (auto value = action::ticket_tag(*ticket, ban_time, tag)) return value;
    if (tag == "ip-host") return fetched && fetched->host ? *fetched->host : std::string();
    const bool in_jail = tag.starts_with("ipjail");
    if (!in_jail && tag != "ipmatches" && tag != "ipfailures") return jail_tag(tag);
    // Without rows in the database the ticket itself tells.
    const jail::Ticket* merged = ticket.get();
    if (fetched && in_jail && fetched->in_jail) merged = &*fetched->in_jail;
    if (fetched && !in_jail && fetched->in_all) merged = &*fetched->in_all;
    return action::ticket_tag(*merged, ban_time, tag.ends_with("matches") ? "matches" : "failures");
  };
}

}  // namespace gaoler::server
