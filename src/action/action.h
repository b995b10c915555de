// Action: one action of a jail - its definition, what it has started, and the operations that
// follow from events.
//
// Pure: it decides which texts are to be run and what their results mean (start on demand, check,
// repair, retry, flush, stop per family), as fail2ban 1.1 does; running them is the driver's
// business (operation.h). Owned by the jail's actions in the server; the JailContext is lent and
// outlives it. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "action/definition.h"
#include "action/operation.h"
#include "action/scope.h"
#include "action/tags.h"
#include "base/log.h"

namespace gaoler::action {

// What the actions of one jail have in common.
struct JailContext {
  std::string jail;
  base::LogSink* log = nullptr;        // never null
  std::function<bool()> ipv6_allowed;  // may inet6 be started eagerly?
  TagLookup values;  // tags for texts run outside of a ticket (start, flush, stop, reload)
  int ban_epoch =
      0;  // raised when an environment had to be restored: bans of an earlier epoch may be gone
};

// The ticket an operation is about, as far as an action needs it; kept by the operation until it is
// over.
struct Subject {
  Scope scope = Scope::other;  // scope_of(address)
  std::string address;         // for error texts
  TagLookup values;
};

class Action {
 public:
  Action(std::string name, JailContext& jail) : name_(std::move(name)), jail_(jail) {}

  const std::string& name() const { return name_; }
  Definition& definition() { return definition_; }
  const Definition& definition() const { return definition_; }

  // Is there anything to do for a ticket restored from the database, for a prolonged ban, for a
  // flush?
  bool skips_restored() const { return definition_.has("norestored"); }
  bool can_prolong() const;
  bool can_flush() const { return !definition_.text("actionflush").empty(); }

  // Greater than a ticket's ban epoch: this action has been restored since and the ban must be
  // repeated.
  int ban_epoch() const { return ban_epoch_; }

  Operation start();
  Operation ban(Subject subject);
  Operation reban(Subject subject);
  Operation prolong(Subject subject);
  Operation unban(Subject subject);
  Operation flush();
  Operation stop();
  Operation reload();

  // The late check of "already banned", and after a flush that failed. With repair false a broken
  // environment is only reported (a jail that stops needs no repair unless actionrepair_on_unban).
  Operation check(bool repair = true);

 private:
  enum class Command { start, stop, flush, reload };
  struct State {
    bool started = false;
    bool has_bans = false;
  };

  std::string name_;
  JailContext& jail_;
  Definition definition_;
  int ban_epoch_ = 0;
};

}  // namespace gaoler::action
