// Actions of a jail: set J addaction / delaction / action, get J actions / action / ...

#include <memory>

#include "protocol/repr.h"
#include "server/commands.h"
#include "server/jail_values.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

using protocol::Value;

protocol::Reply no_action(const std::string& name) {
  return failure("KeyError", "Invalid Action name: " + name);
}

Value to_value(const action::Property& property) {
  return std::visit([](const auto& value) { return Value(value); }, property);
}

action::Property to_property(const Value& value) {
  if (const auto* flag = value.get<bool>()) return *flag;
  if (const auto* whole = value.get<int64_t>()) return *whole;
  if (const auto* real = value.get<double>()) return *real;
  return protocol::str(value);
}

void add_action(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string name = words.text(0);
  if (jail.keeps_action(name)) {
    jail.enforcer().find_action(name)->definition().reset_commands();
    return done(ok(name));
  }
  if (jail.enforcer().find_action(name) != nullptr) {
    return done(failure("ValueError", "Action " + name + " already exists"));
  }
  if (words.size() > 1) {
    // Only this action is missing then; the jail and its other actions work.
    server.log().write(base::LogLevel::error, "fail2ban.actions",
                       "[" + jail.name() + "] action " + name + " is left out: Python actions (" +
                           words.text(1) + ") cannot be run; name an action.d/*.conf instead");
    return done(ok(name));
  }
  jail.enforcer().add_action(name);
  done(ok(name));
}

void del_action(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string name = words.text(0);
  if (jail.enforcer().find_action(name) == nullptr) return done(no_action(name));
  jail.enforcer().remove_action(name, [done = std::move(done)] { done(ok()); });
}

void set_action(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  action::Action* action = jail.enforcer().find_action(words.text(0));
  if (action == nullptr) return done(no_action(words.text(0)));
  const std::string key = words.text(1);
  if (words.size() < 3) {
    return done(failure("AttributeError", "'CommandAction' object has no attribute '" + key + "'"));
  }
  if (const auto set = action->definition().set(key, to_property(words.value(2))); !set) {
    return done(failure("ValueError", set.error().message));
  }
  const auto value = action->definition().get(key);
  done(ok(value ? to_value(*value) : words.value(2)));
}

void get_actions(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  protocol::List names;
  for (const auto& action : jail.enforcer().actions()) names.items.emplace_back(action->name());
  done(ok(std::move(names)));
}

void get_action(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const action::Action* action = jail.enforcer().find_action(words.text(0));
  if (action == nullptr) return done(no_action(words.text(0)));
  const auto value = action->definition().get(words.text(1));
  if (!value) return done(failure("AttributeError", value.error().message));
  done(ok(to_value(*value)));
}

void get_action_properties(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const action::Action* action = jail.enforcer().find_action(words.text(0));
  if (action == nullptr) return done(no_action(words.text(0)));
  done(ok(text_list(action->definition().property_names())));
}

void get_action_methods(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (jail.enforcer().find_action(words.text(0)) == nullptr) return done(no_action(words.text(0)));
  done(ok(text_list(action::Definition::method_names())));
}

}  // namespace

const JailHandlers& action_handlers() {
  static const JailHandlers handlers{
      {"addaction", {1, add_action}},
      {"delaction", {1, del_action}},
      {"action", {2, set_action}},
  };
  return handlers;
}

const JailHandlers& action_get_handlers() {
  static const JailHandlers handlers{
      {"actions", {0, get_actions}},
      {"action", {2, get_action}},
      {"actionproperties", {1, get_action_properties}},
      {"actionmethods", {1, get_action_methods}},
  };
  return handlers;
}

}  // namespace gaoler::server
