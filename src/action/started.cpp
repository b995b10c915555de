#include "action/started.h"

#include <algorithm>

namespace gaoler::action {

State StartedScopes::state(Scope scope) const {
  for (const auto& [known, state] : states_) {
    if (known == scope) return state;
  }
  return State::stopped;
}

bool StartedScopes::is_known(Scope scope) const {
  return std::any_of(states_.begin(), states_.end(),
                     [scope](const auto& entry) { return entry.first == scope; });
}

void StartedScopes::set(Scope scope, State state) {
  for (auto& [known, current] : states_) {
    if (known == scope) {
      current = state;
      return;
    }
  }
  states_.emplace_back(scope, state);
}

std::vector<Scope> StartedScopes::scopes(State at_least) const {
  std::vector<Scope> scopes;
  for (const auto& [scope, state] : states_) {
    if (state >= at_least && state != State::stopped) scopes.push_back(scope);
  }
  return scopes;
}

std::vector<Scope> StartedScopes::take_started() {
  std::vector<Scope> running = scopes(State::started);
  if (!running.empty()) states_.clear();
  return running;
}

bool RunTexts::other_ran(Command command, Scope scope, const std::string& text) const {
  const auto texts = texts_.find(command);
  if (texts == texts_.end()) return false;
  return std::any_of(texts->second.begin(), texts->second.end(), [&](const auto& entry) {
    return entry.first != scope && entry.second == text;
  });
}

void RunTexts::ran(Command command, Scope scope, std::string text) {
  texts_[command].insert_or_assign(scope, std::move(text));
}

void RunTexts::undo(Command command, Scope scope) {
  auto& texts = texts_[command];
  const auto found = texts.find(scope);
  if (found == texts.end()) return;
  const std::string text = std::move(found->second);
  texts.erase(found);
  std::erase_if(texts, [&](const auto& entry) { return entry.second == text; });
}

}  // namespace gaoler::action
