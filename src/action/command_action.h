// CommandAction: an action made of texts (action.d/*.conf): its definition and what it has started.
//
// Decides which texts are to be run and what their results mean (start on demand, check, repair,
// retry, flush, stop per family), as fail2ban 1.1 does. Ownership and threads: see action.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action/action.h"
#include "action/definition.h"
#include "action/started.h"

namespace gaoler::action {

class CommandAction : public Action {
 public:
  using Action::Action;

  Definition& definition() { return definition_; }
  const Definition& definition() const { return definition_; }

  bool skips_restored() const override { return definition_.has("norestored"); }
  bool can_prolong() const override;
  bool can_flush() const override { return definition_.has("actionflush"); }
  bool mentions(std::string_view tag) const override;
  uint64_t revision() const override { return definition_.revision(); }

  bool has_to_start(Scope scope) const override;

  // How often its environment had to be restored, counted over the whole jail.
  int ban_epoch() const override { return ban_epoch_; }
  // The bans made so far may be gone.
  void raise_epoch();

  Operation start() override;
  Operation ban(Subject subject) override;
  Operation reban(Subject subject) override;
  Operation prolong(Subject subject) override;
  Operation unban(Subject subject) override;
  Operation flush() override;
  Operation stop() override;
  Operation reload() override;
  Operation adopt(Scope scope) override;
  Operation check(bool stopping = false) override;
  base::Result<Step> ban_step(const Subject& subject) const override {
    return ticket_step("actionban", subject);
  }

 private:
  using Scopes = std::vector<Scope>;

  // How a check went. left_broken: not to be repaired now; lost: the repair failed.
  enum class Sanity { sane, left_broken, lost };
  struct Repair {
    bool even_if_unknown = true;    // check a scope that was never started, and start it if need be
    std::string_view refused = {};  // not empty: do not repair, log this
  };

  Operation ban_with(std::string_view key, Subject subject);
  // The subject is lent until they are over.
  Operation attempt(std::string_view key, const Subject& subject, std::string_view doing);
  Operation attempt_again(std::string_view key, const Subject& subject, std::string_view doing);
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
  void log(base::LogLevel level, std::string_view message) const;

  Definition definition_;
  StartedScopes started_;
  RunTexts run_texts_;
  uint64_t run_revision_ = 0;
  int ban_epoch_ = 0;
};

}  // namespace gaoler::action
