// TicketValues: what the tags in a jail's action texts stand for, for one ticket at a time.
//
// Most values are in the ticket. Those that have to be waited for - the host name of an address,
// what the database holds of an id - are fetched before the actions run, and only if some action's
// text mentions them. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "action/action.h"
#include "action/tags.h"
#include "jail/ticket.h"
#include "server/services.h"

namespace gaoler::server {

class TicketValues {
 public:
  using Actions = std::vector<std::unique_ptr<action::Action>>;

  // All lent.
  TicketValues(std::string jail, Services& services, const Actions& actions)
      : jail_(std::move(jail)), services_(services), actions_(actions) {}
  ~TicketValues() { *alive_ = false; }

  // For tags of the jail as a whole (<jail.found>, ...).
  void set_jail_tags(action::TagLookup tags) { jail_tags_ = std::move(tags); }
  std::optional<std::string> jail_tag(std::string_view tag) const {
    return jail_tags_ ? jail_tags_(tag) : std::nullopt;
  }

  // What was fetched for one ticket; nullptr if nothing was asked for.
  struct Fetched;
  using FetchedPtr = std::shared_ptr<const Fetched>;

  // Whether some action's text mentions lines or groups of a ticket.
  bool want_evidence() { return wanted().evidence; }

  // `use` may be called at once.
  void fetch(const jail::Ticket& ticket, std::function<void(FetchedPtr)> use);
  // The lookup keeps what it needs. ban_time: what the ban of the ticket lasts.
  action::TagLookup of(const jail::Ticket& ticket, base::Seconds ban_time,
                       FetchedPtr fetched) const;

 private:
  struct Wanted {
    bool host = false;
    bool in_jail = false;
    bool in_all = false;
    bool evidence = false;

    bool nothing() const { return !host && !in_jail && !in_all; }
  };

  const Wanted& wanted();

  std::string jail_;
  Services& services_;
  const Actions& actions_;
  action::TagLookup jail_tags_;
  Wanted wanted_;
  uint64_t wanted_for_ = 0;  // the revisions of the actions that it was found for
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gaoler::server
