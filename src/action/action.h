// Action: one action of a jail - its definition, what it has started, and the operations that
// follow from events.
//
// Pure: it decides which texts are to be run and what their results mean (start on demand, check,
// repair, retry, flush, stop per family), as fail2ban 1.1 does; running them is the driver's
// business (operation.h). Owned by the jail's actions in the server; the JailContext is lent and
// outlives it. Not movable: operations refer to it. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action/definition.h"
#include "action/operation.h"
#include "action/scope.h"
#include "action/started.h"
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
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;

  const std::string& name() const { return name_; }
  Definition& definition() { return definition_; }
  const Definition& definition() const { return definition_; }

  // Is there anything to do for a ticket restored from the database, for a prolonged ban, for a
  // flush?
  bool skips_restored() const { return definition_.has("norestored"); }
  bool can_prolong() const;
  bool can_flush() const { return definition_.has("actionflush"); }

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
  // Takes over what an earlier run has left standing, if the check says that it does.
  Operation adopt(Scope scope);

  // What a ban runs, apart from all that may have to be set up before.
  base::Result<Step> ban_step(const Subject& subject) const {
    return ticket_step("actionban", subject);
  }

  // The check of all that is started: late "already banned", and after a flush that failed. A jail
  // that stops has no need of a repair unless actionrepair_on_unban says so.
  Operation check(bool stopping = false);

 private:
  using Scopes = std::vector<Scope>;

  // How a check went. left_broken: not to be repaired now; lost: the repair failed.
  enum class Sanity { sane, left_broken, lost };
  struct Repair {
    bool even_if_unknown = true;    // check a scope that was never started, and start it if need be
    std::string_view refused = {};  // not empty: do not repair, log this
  };

  Operation ban_with(std::string_view key, Subject subject);
  Operation attempt(std::string_view key, Subject subject, std::string failure);
  Operation run_command(Command command, Scopes scopes);
  Operation restart(Scope scope, bool start_again);
  Operation make_sane(Scope scope, Repair repair, Sanity& sanity);

  Scopes families() const;
  Scopes start_families(Scope scope) const;
  base::Result<Step> ticket_step(std::string_view key, const Subject& subject) const;
  base::Result<std::string> family_text(std::string_view key, Scope scope) const;
  base::Result<Step> check_step(std::string_view key, Scope scope) const;
  void after(Command command, Scope scope, bool ok);
  void forget_texts_of_old_definition();
  void raise_epoch();
  void log(base::LogLevel level, std::string_view message) const;

  std::string name_;
  JailContext& jail_;
  Definition definition_;
  StartedScopes started_;
  RunTexts run_texts_;
  uint64_t run_revision_ = 0;
  int ban_epoch_ = 0;
};

}  // namespace gaoler::action
