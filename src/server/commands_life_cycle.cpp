// start, stop, reload, add and the commands that carry other commands.

#include <memory>

#include "server/command_table.h"
#include "server/commands.h"
#include "server/reload.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.server";

// A list of commands inside a command.
std::vector<protocol::Command> commands_in(const protocol::Value& value) {
  std::vector<protocol::Command> commands;
  const auto take = [&](const std::vector<protocol::Value>& items) {
    for (const protocol::Value& item : items) {
      if (const auto* list = item.get<protocol::List>()) commands.push_back(list->items);
      if (const auto* tuple = item.get<protocol::Tuple>()) commands.push_back(tuple->items);
    }
  };
  if (const auto* list = value.get<protocol::List>()) take(list->items);
  if (const auto* tuple = value.get<protocol::Tuple>()) take(tuple->items);
  return commands;
}

// A stream as any client sends it, and behind it what our own has to add: fail2ban's server passes
// over that.
std::vector<protocol::Command> whole_stream(const Words& words) {
  std::vector<protocol::Command> commands = commands_in(words.value(0));
  if (words.size() < 2) return commands;
  for (protocol::Command& command : commands_in(words.value(1))) {
    commands.push_back(std::move(command));
  }
  return commands;
}

const std::vector<protocol::Value>* items_of(const protocol::Value& value) {
  if (const auto* list = value.get<protocol::List>()) return &list->items;
  if (const auto* tuple = value.get<protocol::Tuple>()) return &tuple->items;
  return nullptr;
}

void add(Server& server, const Words& words, ReplyDone done) {
  const std::string name = words.text(0);
  const std::string backend = words.size() > 1 ? words.text(1) : "auto";
  const JailRunner* known = server.find_jail(name);
  // In a reload the jail is there already and goes on.
  if (known != nullptr && known->reloading()) return done(ok(name));
  if (name == "--all") return done(failure("Exception", "Reserved name '--all'"));
  done(server.add_jail(name, backend));
}

void start(Server& server, const Words& words, ReplyDone done) {
  JailRunner* jail = server.find_jail(words.text(0));
  if (jail == nullptr) return done(unknown_jail(words.text(0)));
  if (server.mode() == Mode::rehearsal) return done(ok());
  if (jail->reloading()) {
    jail->end_reload();
    server.log().write(base::LogLevel::info, kLogger, "Jail '" + jail->name() + "' reloaded");
    return done(ok());
  }
  jail->start([done = std::move(done)] { done(ok()); });
}

void stop(Server& server, const Words& words, ReplyDone done) {
  if (words.size() > 0) {
    const std::string name = words.text(0);
    if (server.find_jail(name) == nullptr) return done(unknown_jail(name));
    return server.remove_jail(name, [done = std::move(done)] { done(ok()); });
  }
  server.stop([&server, done = std::move(done)] {
    server.hooks().stopped();
    done(ok());
    server.hooks().quit();
  });
}

void reload_all_or_one(Server& server, const Words& words, ReplyDone done) {
  ReloadRequest request;
  request.jail = words.text(0);
  if (const auto* options = items_of(words.value(1))) {
    for (const protocol::Value& option : *options) {
      const auto* text = option.get<std::string>();
      if (text != nullptr && *text == "--restart") request.restart = true;
      if (text != nullptr && *text == "--unban") request.unban = true;
    }
  }
  request.stream = whole_stream(words.from(2));
  reload(server, std::move(request), std::move(done));
}

void server_stream(Server& server, const Words& words, ReplyDone done) {
  execute_all(server, whole_stream(words), std::move(done));
}

// multi-set J NAME [value, ...] and multi-set J action A [[key, value], ...]
void multi_set(Server& server, const Words& words, ReplyDone done) {
  const auto* values = items_of(words.value(words.size() - 1));
  if (values == nullptr) return done(failure("TypeError", "multi-set needs a list of values"));
  std::vector<protocol::Command> commands;
  for (const protocol::Value& value : *values) {
    protocol::Command command{"set"};
    for (size_t i = 0; i + 1 < words.size(); ++i) command.push_back(words.value(i));
    const auto* parts = items_of(value);
    if (parts != nullptr) {
      command.insert(command.end(), parts->begin(), parts->end());
    } else {
      command.push_back(value);
    }
    commands.push_back(std::move(command));
  }
  execute_all(server, std::move(commands), std::move(done));
}

void config_error(Server& server, const Words& words, ReplyDone done) {
  server.log().write(base::LogLevel::error, kLogger, "CONFIG: " + words.text(0));
  done(ok());
}

}  // namespace

const ServerHandlers& life_cycle_handlers() {
  static const ServerHandlers handlers{
      {"add", {1, add}},
      {"start", {1, start}},
      {"stop", {0, stop}},
      {"reload", {3, reload_all_or_one}},
      {"server-stream", {1, server_stream}},
      {"multi-set", {3, multi_set}},
      {"config-error", {1, config_error}},
  };
  return handlers;
}

}  // namespace gaoler::server
