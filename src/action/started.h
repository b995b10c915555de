// What an action has started, per scope, and which texts it ran for that: its memory between
// events.
//
// Plain data without knowledge of steps. Order matters: scopes are stopped in the order they were
// first started.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "action/scope.h"

namespace gaoler::action {

enum class State { stopped, started, has_bans };

class StartedScopes {
 public:
  State state(Scope scope) const;
  bool is_known(Scope scope) const;  // was started at some time since all was stopped
  void set(Scope scope, State state);

  // In order; at_least started: those that run, has_bans: those with bans in them.
  std::vector<Scope> scopes(State at_least) const;

  // Those that run, and forgets all; where none runs nothing is forgotten.
  std::vector<Scope> take_started();

 private:
  std::vector<std::pair<Scope, State>> states_;
};

enum class Command { start, stop, flush, reload };

// Texts run per command and scope: a text that is the same for another scope is not run twice.
class RunTexts {
 public:
  bool other_ran(Command command, Scope scope, const std::string& text) const;
  void ran(Command command, Scope scope, std::string text);
  // Forgets the text of this scope, and with it the scopes that were served by the same text.
  void undo(Command command, Scope scope);
  void clear() { texts_.clear(); }

 private:
  std::map<Command, std::map<Scope, std::string>> texts_;
};

}  // namespace gaoler::action
