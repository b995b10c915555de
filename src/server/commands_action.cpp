// Actions of a jail: set J addaction / delaction / action, get J actions / action / ...

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <fstream>
#include <memory>
#include <sstream>

#include "action/command_action.h"
#include "protocol/repr.h"
#include "server/action_methods.h"
#include "server/commands.h"
#include "server/jail_values.h"
#include "server/json_value.h"
#include "server/python_helper.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

using protocol::Value;

constexpr size_t kMaxPythonFile = 16 * 1024 * 1024;

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

// Every action is one or the other.
action::CommandAction* as_command(action::Action* action) {
  return dynamic_cast<action::CommandAction*>(action);
}

PythonHelper& helper_of(action::Action& action) {
  return dynamic_cast<PythonHelper&>(dynamic_cast<action::PythonAction&>(action).callee());
}

struct PythonRequest {
  std::string file;
  store::Json options;
};

// What `set J addaction A FILE JSON` asks for; a reply instead says what is wrong with it.
std::variant<PythonRequest, protocol::Reply> python_request(const Words& words) {
  if (words.size() < 3) return too_few_words();
  auto options = store::read_json(words.text(2));
  if (!options) return failure("ValueError", options.error().message);
  if (options->get<store::Json::Dict>() == nullptr) {
    return failure("TypeError", "options of a Python action must be a JSON object");
  }
  return PythonRequest{words.text(1), std::move(*options)};
}

// Nothing: errno tells why it cannot be read.
std::optional<std::string> content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string content(kMaxPythonFile, '\0');
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (in.bad()) return std::nullopt;
  content.resize(static_cast<size_t>(in.gcount()));
  return content;
}

// Takes the place of what has its name. A process that cannot be had costs this action only.
void put_python_action(Server& server, const std::string& jail_name,
                       std::unique_ptr<PythonHelper> helper) {
  JailRunner* jail = server.find_jail(jail_name);
  if (jail == nullptr) return;
  const std::string name = helper->spec().name;
  jail->enforcer().remove_action(name, {});
  jail->add_action(std::make_unique<action::PythonAction>(name, jail->enforcer().action_context(),
                                                          std::move(helper)));
}

void add_python_action(Server& server, JailRunner& jail, PythonHelper::Spec spec, ReplyDone done) {
  const std::string name = spec.name;
  auto helper = std::make_shared<std::unique_ptr<PythonHelper>>(
      std::make_unique<PythonHelper>(server.loop(), server.log(), std::move(spec),
                                     [&jail] { return jail.enforcer().bans().ban_time(); }));
  PythonHelper& loading = **helper;
  loading.load([&server, jail_name = jail.name(), name, helper, done = std::move(done)](
                   const protocol::Reply& reply, bool lost) {
    if (lost) {
      server.log().write(base::LogLevel::error, "fail2ban.actions",
                         "[" + jail_name + "] action " + name +
                             " is left out; the jail and its other actions work");
    } else if (reply.code == 0) {
      put_python_action(server, jail_name, std::move(*helper));
    }
    done(reply.code == 0 || lost ? ok(name) : reply);
    // One that nobody has taken goes later: it is called from there.
    boost::asio::post(server.loop(), [helper] {});
  });
}

protocol::Reply action_exists(const std::string& name) {
  return failure("ValueError", "Action " + name + " already exists");
}

void add_python_action(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string name = words.text(0);
  auto request = python_request(words);
  if (auto* wrong = std::get_if<protocol::Reply>(&request)) return done(std::move(*wrong));
  auto& [file, options] = std::get<PythonRequest>(request);
  action::Action* known = jail.enforcer().find_action(name);
  if (known != nullptr && !jail.keeps_action(name)) return done(action_exists(name));
  auto content = content_of(file);
  if (!content) return done(no_file(errno, file));
  PythonHelper::Spec spec{file, jail.name(), name, std::move(options), std::move(*content)};
  const bool same =
      known != nullptr && as_command(known) == nullptr && helper_of(*known).spec() == spec;
  if (same) return done(ok(name));
  add_python_action(server, jail, std::move(spec), std::move(done));
}

void add_action(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  if (words.size() > 1) return add_python_action(server, jail, words, std::move(done));
  const std::string name = words.text(0);
  action::Action* known = jail.enforcer().find_action(name);
  if (known != nullptr && !jail.keeps_action(name)) return done(action_exists(name));
  if (auto* command = as_command(known)) {
    command->definition().reset_commands();
    return done(ok(name));
  }
  if (known != nullptr) jail.enforcer().remove_action(name, {});
  jail.add_action(std::make_unique<action::CommandAction>(name, jail.enforcer().action_context()));
  done(ok(name));
}

void del_action(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string name = words.text(0);
  if (jail.enforcer().find_action(name) == nullptr) return done(no_action(name));
  jail.enforcer().remove_action(name, [done = std::move(done)] { done(ok()); });
}

void set_property(action::CommandAction& action, const Words& words, ReplyDone done) {
  if (words.size() < 3) return done(too_few_words());
  const std::string key = words.text(1);
  if (key == "banEpoch") return done(ok(action.ban_epoch()));  // read only, and nobody is told so
  if (const auto set = action.definition().set(key, to_property(words.value(2))); !set) {
    return done(failure("ValueError", set.error().message));
  }
  const auto value = action.definition().get(key);
  if (!value) return done(failure("AttributeError", value.error().message));
  done(ok(to_value(*value)));
}

// A property of an action, or a method of it that is called.
void set_action(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  action::Action* action = jail.enforcer().find_action(words.text(0));
  if (action == nullptr) return done(no_action(words.text(0)));
  action::CommandAction* command = as_command(action);
  if (command == nullptr) {
    return helper_of(*action).set(words.text(1), words.from(2).texts(), std::move(done));
  }
  if (is_action_method(words.text(1))) {
    const auto json = words.size() > 2 ? std::optional(words.text(2)) : std::nullopt;
    return call_action_method(jail.enforcer(), *command, words.text(1), json, std::move(done));
  }
  set_property(*command, words, std::move(done));
}

void get_actions(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  protocol::List names;
  for (const auto& action : jail.enforcer().actions()) names.items.emplace_back(action->name());
  done(ok(std::move(names)));
}

void get_action(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  action::Action* action = jail.enforcer().find_action(words.text(0));
  if (action == nullptr) return done(no_action(words.text(0)));
  const action::CommandAction* command = as_command(action);
  const std::string key = words.text(1);
  if (command == nullptr) return helper_of(*action).get(key, std::move(done));
  if (key == "banEpoch") return done(ok(command->ban_epoch()));
  if (key == "_name") return done(ok(action->name()));
  const auto value = command->definition().get(key);
  if (!value) return done(failure("AttributeError", value.error().message));
  done(ok(to_value(*value)));
}

void get_action_properties(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  action::Action* action = jail.enforcer().find_action(words.text(0));
  if (action == nullptr) return done(no_action(words.text(0)));
  const action::CommandAction* command = as_command(action);
  if (command == nullptr) return helper_of(*action).list("properties", std::move(done));
  done(ok(text_list(command->definition().property_names())));
}

void get_action_methods(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  action::Action* action = jail.enforcer().find_action(words.text(0));
  if (action == nullptr) return done(no_action(words.text(0)));
  if (as_command(action) == nullptr) return helper_of(*action).list("methods", std::move(done));
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
