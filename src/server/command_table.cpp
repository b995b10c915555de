#include "server/command_table.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "protocol/repr.h"
#include "server/commands.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.transmitter";

template <class Handlers>
auto find(const Handlers& handlers, const std::string& name) -> const
    typename Handlers::mapped_type* {
  const auto found = handlers.find(name);
  return found == handlers.end() ? nullptr : &found->second;
}

void run_jail_handler(const JailHandler& handler, Server& server, const Words& words,
                      ReplyDone done) {
  JailRunner* jail = server.find_jail(words.text(0));
  if (jail == nullptr) return done(unknown_jail(words.text(0)));
  const Words rest = words.from(2);
  if (rest.size() < handler.least) return done(too_few_words());
  handler.run(server, *jail, rest, std::move(done));
}

std::vector<const JailHandlers*> jail_set_groups() {
  return {&jail_set_handlers(), &jail_log_handlers(), &jail_ban_handlers(), &action_handlers()};
}

std::vector<const JailHandlers*> jail_get_groups() {
  return {&jail_get_handlers(), &action_get_handlers()};
}

// "set NAME ..." of the server, or "set JAIL NAME ...".
void set_or_get(Server& server, bool set, const Words& words, ReplyDone done) {
  if (words.size() == 0) return done(too_few_words());
  const std::string first = words.text(0);
  if (const auto* handler = find(set ? server_set_handlers() : server_get_handlers(), first)) {
    if (words.size() - 1 < handler->least) return done(too_few_words());
    return handler->run(server, words.from(1), std::move(done));
  }
  if (words.size() < 2) return done(too_few_words());
  const std::string name = words.text(1);
  for (const JailHandlers* handlers : set ? jail_set_groups() : jail_get_groups()) {
    if (const auto* handler = find(*handlers, name))
      return run_jail_handler(*handler, server, words, std::move(done));
  }
  done(failure("Exception",
               set ? "Invalid command '" + name + "' (no set action or not yet implemented)"
                   : "Invalid command (no get action or not yet implemented)"));
}

void dispatch(Server& server, const protocol::Command& command, ReplyDone done) {
  const Words words(command);
  if (words.size() == 0) return done(too_few_words());
  const std::string name = words.text(0);
  if (name == "set" || name == "get")
    return set_or_get(server, name == "set", words.from(1), std::move(done));
  for (const ServerHandlers* handlers : {&basic_handlers(), &life_cycle_handlers()}) {
    const auto* handler = find(*handlers, name);
    if (handler == nullptr) continue;
    if (words.size() - 1 < handler->least) return done(too_few_words());
    return handler->run(server, words.from(1), std::move(done));
  }
  done(failure("Exception", "Invalid command"));
}

struct Batch {
  std::vector<protocol::Command> commands;
  size_t next = 0;
  protocol::Reply last;
  ReplyDone done;
};

void run_batch(Server& server, const std::shared_ptr<Batch>& batch) {
  if (batch->next == batch->commands.size() || batch->last.code != 0)
    return batch->done(std::move(batch->last));
  if (server.stopping()) return batch->done(server_is_stopping());
  execute(server, std::move(batch->commands[batch->next++]),
          [&server, batch](protocol::Reply reply) {
            batch->last = std::move(reply);
            // Through the loop: a long stream must not become a deep stack.
            boost::asio::post(server.loop(), [&server, batch] { run_batch(server, batch); });
          });
}

}  // namespace

void execute(Server& server, protocol::Command command, ReplyDone done) {
  const auto kept = std::make_shared<const protocol::Command>(std::move(command));
  dispatch(server, *kept, [&server, kept, done = std::move(done)](protocol::Reply reply) {
    if (reply.code != 0) {
      server.log().write(base::LogLevel::error, kLogger,
                         "Command " + protocol::repr(*kept) + " has failed. Received " +
                             protocol::repr(reply.value));
    }
    done(std::move(reply));
  });
}

void execute_all(Server& server, std::vector<protocol::Command> commands, ReplyDone done) {
  auto batch = std::make_shared<Batch>();
  batch->commands = std::move(commands);
  batch->done = std::move(done);
  run_batch(server, batch);
}

}  // namespace gaoler::server
