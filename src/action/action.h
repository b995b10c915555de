// Action: what a jail does about a ban, whatever it is made of: the texts of an action.d/*.conf
// (command_action.h) or a class in a Python file (python_action.h).
//
// Pure: it decides what is to be run on an event and what the results mean; running is the driver's
// business (operation.h). Owned by the jail's actions in the server; the JailContext is lent and
// outlives it. Not movable: operations refer to it. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  TagLookup
      values;  // tags of texts run outside of a ticket (start, flush, stop, reload), but <family>
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
  virtual ~Action() = default;
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;

  const std::string& name() const { return name_; }

  // Is there anything to do for a ticket restored from the database, for a prolonged ban, for a
  // flush?
  virtual bool skips_restored() const = 0;
  virtual bool can_prolong() const = 0;
  virtual bool can_flush() const = 0;

  // A ban of this scope would have to start it first.
  virtual bool has_to_start(Scope) const { return false; }

  // Greater than a ban's: this action has been restored since, and the ban must be made again.
  virtual int ban_epoch() const { return 0; }

  // Whether the tag ("<ip-host>", or the beginning of one) may be asked of a ticket: costly values
  // are fetched before. Holds until the revision grows.
  virtual bool mentions(std::string_view tag) const = 0;
  virtual uint64_t revision() const = 0;

  virtual Operation start() = 0;
  virtual Operation ban(Subject subject) = 0;
  virtual Operation reban(Subject subject) = 0;
  virtual Operation prolong(Subject subject) = 0;
  virtual Operation unban(Subject subject) = 0;
  virtual Operation flush() = 0;
  virtual Operation stop() = 0;
  virtual Operation reload() = 0;
  // Takes over what an earlier run has left standing, if the check says that it does.
  virtual Operation adopt(Scope scope) = 0;

  // What a ban runs, apart from all that may have to be set up before.
  virtual base::Result<Step> ban_step(const Subject& subject) const = 0;

  // The check of all that is started: late "already banned", and after a flush that failed. A jail
  // that stops has no need of a repair unless the action says so.
  virtual Operation check(bool stopping = false) = 0;

 protected:
  JailContext& jail() { return jail_; }
  const JailContext& jail() const { return jail_; }

 private:
  std::string name_;
  JailContext& jail_;
};

}  // namespace gaoler::action
