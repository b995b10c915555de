#include "action/command_action.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace gaoler::action {
namespace {

struct CommandWords {
  std::string_view key;
  std::string_view doing;
};

CommandWords words_of(Command command) {
  switch (command) {
    case Command::start:
      return {"actionstart", "starting"};
    case Command::stop:
      return {"actionstop", "stopping"};
    case Command::flush:
      return {"actionflush", "flushing"};
    case Command::reload:
      return {"actionreload", "reloading"};
  }
  return {};
}

}  // namespace

void CommandAction::log(base::LogLevel level, std::string_view message) const {
  if (jail().log->enabled(level)) jail().log->write(level, "fail2ban.CommandAction", message);
}

bool CommandAction::can_prolong() const {
  return !base::trim(definition_.text("actionprolong")).empty();
}

bool CommandAction::mentions(std::string_view tag) const {
  const auto names = definition_.property_names();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return definition_.text(name).find(tag) != std::string::npos;
  });
}

// The scopes of an eager start.
CommandAction::Scopes CommandAction::families() const {
  Scopes scopes;
  for (const auto word : base::split_any(definition_.text("families"), " \t\r\n,")) {
    if (word == "inet4") scopes.push_back(Scope::inet4);
    if (word == "inet6") scopes.push_back(Scope::inet6);
  }
  if (!scopes.empty()) return scopes;
  if (!definition_.has_family_variants()) return {Scope::all};
  if (jail().ipv6_allowed()) return {Scope::inet4, Scope::inet6};
  return {Scope::inet4};
}

// An id without a family needs whatever there is.
CommandAction::Scopes CommandAction::start_families(Scope scope) const {
  return scope == Scope::other ? families() : Scopes{scope};
}

base::Result<std::string> CommandAction::family_text(std::string_view key, Scope scope) const {
  auto text = definition_.expanded(key, scope);
  if (!text) return text;
  return bind_family(*text, scope);
}

// actioncheck and actionrepair know no ticket, not even an empty one: only the names of this host.
base::Result<Step> CommandAction::check_step(std::string_view key, Scope scope) const {
  auto text = family_text(key, scope);
  if (!text) return text.error();
  Step step = bind_values(*text, [this](std::string_view tag) -> std::optional<std::string> {
    if (tag != "fq-hostname" && tag != "sh-hostname") return std::nullopt;
    return jail().values(tag);
  });
  step.timeout = definition_.timeout();
  return step;
}

base::Result<Step> CommandAction::ticket_step(std::string_view key, const Subject& subject) const {
  auto text = definition_.expanded(key, subject.scope);
  if (!text) return text.error();
  Step step = bind_values(*text, subject.values);
  step.timeout = definition_.timeout();
  return step;
}

// Settings may have changed what a command means; what was run for the old meaning says nothing
// then.
void CommandAction::forget_texts_of_old_definition() {
  if (run_revision_ == definition_.revision()) return;
  run_texts_.clear();
  run_revision_ = definition_.revision();
}

void CommandAction::after(Command command, Scope scope, bool ok) {
  if (!ok) return;
  switch (command) {
    case Command::start:
      run_texts_.undo(Command::stop, scope);
      started_.set(scope, State::started);
      break;
    case Command::stop:
      run_texts_.undo(Command::start, scope);
      break;
    case Command::flush:
      if (started_.state(scope) == State::has_bans) started_.set(scope, State::started);
      break;
    case Command::reload:
      break;
  }
}

Operation CommandAction::run_command(Command command, Scopes scopes) {
  const CommandWords words = words_of(command);
  std::optional<std::string> error;
  forget_texts_of_old_definition();
  for (const Scope scope : scopes) {
    const auto resolved = family_text(words.key, scope);
    if (!resolved) {
      error = resolved.error().message;
      continue;
    }
    const std::string& text = *resolved;
    bool ok = true;
    if (!text.empty() && !run_texts_.other_ran(command, scope, text)) {
      Step step = bind_values(text, [this, scope](std::string_view tag) {
        return tag == "family" ? std::string(scope_text(scope)) : jail().values(tag);
      });
      step.timeout = definition_.timeout();
      ok = co_await step;
      if (!ok) error = "'Script error'";
    }
    after(command, scope, ok);
    if (ok && !text.empty()) {
      run_texts_.ran(command, scope, text);
    } else {
      run_texts_.undo(command, scope);
    }
  }
  if (!error) co_return {};
  co_return base::Error{"Error " + std::string(words.doing) + " action Jail('" + jail().jail +
                        "')/" + name() + ": " + *error};
}

Operation CommandAction::start() {
  if (definition_.starts_on_demand()) co_return {};
  co_return co_await run_command(Command::start, families());
}

Operation CommandAction::stop() {
  co_return co_await run_command(Command::stop, started_.take_started());
}

Operation CommandAction::flush() {
  co_return co_await run_command(Command::flush, started_.scopes(State::has_bans));
}

Operation CommandAction::reload() {
  co_return co_await run_command(Command::reload, started_.scopes(State::started));
}

Operation CommandAction::adopt(Scope scope) {
  const auto check = check_step("actioncheck", scope);
  if (!check || check->text.empty()) co_return {};
  if (co_await *check) started_.set(scope, State::has_bans);
  co_return {};
}

Operation CommandAction::ban(Subject subject) {
  return ban_with("actionban", std::move(subject));
}

Operation CommandAction::reban(Subject subject) {
  return ban_with(definition_.has("actionreban") ? "actionreban" : "actionban", std::move(subject));
}

bool CommandAction::has_to_start(Scope scope) const {
  return definition_.starts_on_demand() && started_.state(scope) == State::stopped;
}

Operation CommandAction::ban_with(std::string_view key, Subject subject) {
  const Scope scope = subject.scope;
  if (has_to_start(scope)) {
    auto start = co_await run_command(Command::start, start_families(scope));
    if (!start) co_return start.error();
  }
  auto banned = co_await attempt(key, subject, "banning");
  if (banned) started_.set(scope, State::has_bans);
  co_return banned;
}

Operation CommandAction::prolong(Subject subject) {
  co_return co_await attempt("actionprolong", subject, "prolonging");
}

Operation CommandAction::unban(Subject subject) {
  if (started_.state(subject.scope) != State::has_bans) co_return {};
  co_return co_await attempt("actionunban", subject, "unbanning");
}

// Runs the text of a ticket, a second time if the first failed. The operations of the first time
// wait for the kernel by the thousand, so what only the second needs has a frame of its own.
Operation CommandAction::attempt(std::string_view key, const Subject& subject,
                                 std::string_view doing) {
  const auto step = ticket_step(key, subject);
  if (!step) co_return step.error();
  if (step->text.empty() || co_await *step) co_return {};
  co_return co_await attempt_again(key, subject, doing);
}

// In between it makes sure of the environment.
Operation CommandAction::attempt_again(std::string_view key, const Subject& subject,
                                       std::string_view doing) {
  const base::Error failure{"Error " + std::string(doing) + " " + subject.address};
  const bool unban = key == "actionunban";
  Repair repair{.even_if_unknown = !unban};
  if (unban && !definition_.has("actionrepair_on_unban")) {
    repair.refused = "Invariant check failed. Unban is impossible.";
  }
  if (definition_.has("actioncheck")) {
    Sanity sanity = Sanity::sane;
    auto checked = co_await make_sane(subject.scope, repair, sanity);
    if (!checked) co_return checked.error();
    if (sanity != Sanity::sane) co_return failure;
  }
  const auto step = ticket_step(key, subject);
  if (!step) co_return step.error();
  if (step->text.empty() || co_await *step) co_return {};
  co_return failure;
}

void CommandAction::raise_epoch() {
  ban_epoch_ = ++jail().ban_epoch;
}

Operation CommandAction::make_sane(Scope scope, Repair repair, Sanity& sanity) {
  sanity = Sanity::sane;
  if (!repair.even_if_unknown && !started_.is_known(scope)) co_return {};
  const auto check = check_step("actioncheck", scope);
  if (!check) co_return check.error();
  if (check->text.empty() || co_await *check) co_return {};
  if (!repair.refused.empty()) {
    log(base::LogLevel::error, repair.refused);
    sanity = Sanity::left_broken;
    co_return {};
  }
  log(base::LogLevel::error, "Invariant check failed. Trying to restore a sane environment");
  raise_epoch();
  auto repair_step = check_step("actionrepair", scope);
  if (!repair_step) co_return repair_step.error();
  bool restored = true;
  if (repair_step->text.empty()) {
    auto restarted =
        co_await restart(scope, repair.even_if_unknown || !definition_.starts_on_demand());
    if (!restarted) co_return restarted.error();
  } else {
    restored = co_await *repair_step;
    started_.set(scope, restored ? State::started : State::stopped);
  }
  if (restored && started_.state(scope) != State::stopped) restored = co_await *check;
  if (restored) co_return {};
  log(base::LogLevel::critical, "Unable to restore environment");
  sanity = Sanity::lost;
  co_return {};
}

// Stop and start in place of a repair. A stop that fails does not matter if the start succeeds.
Operation CommandAction::restart(Scope scope, bool start_again) {
  Scopes stopping;
  if (scope == Scope::other) {
    stopping = started_.take_started();
  } else if (started_.is_known(scope)) {
    started_.set(scope, State::stopped);
    stopping = {scope};
  }
  auto stopped = co_await run_command(Command::stop, std::move(stopping));
  static_cast<void>(stopped);
  if (!start_again) co_return {};
  co_return co_await run_command(Command::start, start_families(scope));
}

Operation CommandAction::check(bool stopping) {
  if (!definition_.has("actioncheck")) co_return {};
  Repair repair;
  if (stopping && !definition_.has("actionrepair_on_unban")) {
    repair.refused = "Invariant check failed. Flush is impossible.";
  }
  for (const Scope scope : started_.scopes(State::started)) {
    Sanity sanity = Sanity::sane;
    auto checked = co_await make_sane(scope, repair, sanity);
    if (!checked) co_return checked.error();
    if (sanity != Sanity::lost) continue;
    started_.set(scope, State::stopped);
    run_texts_.undo(Command::start, scope);
  }
  co_return {};
}

}  // namespace gaoler::action
