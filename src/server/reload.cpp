#include "server/reload.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <set>
#include <utility>

#include "server/command_table.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.server";

struct Reload {
  Server& server;
  ReloadRequest request;
  ReplyDone done;
  std::unique_ptr<Server> rehearsal;

  bool covers(const std::string& jail) const {
    return request.jail == "--all" || request.jail == jail;
  }
};

using Shared = std::shared_ptr<Reload>;

std::set<std::string> added_jails(const std::vector<protocol::Command>& stream) {
  std::set<std::string> names;
  for (const protocol::Command& command : stream) {
    const Words words(command);
    if (words.size() > 1 && words.text(0) == "add") names.insert(words.text(1));
  }
  return names;
}

void finish(const Shared& reload, protocol::Reply reply) {
  reload->server.say_stage(Server::Stage::running);
  if (reply.code == 0) {
    reload->server.log().write(base::LogLevel::info, kLogger, "Reload finished.");
    return reload->done(ok("OK"));
  }
  // The rehearsal has gone well, so this is rare: something outside has changed in between.
  for (const auto& jail : reload->server.jails()) jail->abandon_reload();
  reload->done(std::move(reply));
}

// The jails that are covered and no longer wanted, or to be started afresh.
void stop_jails(const Shared& reload, std::function<void()> next) {
  const auto wanted = added_jails(reload->request.stream);
  std::vector<std::string> gone;
  for (const auto& jail : reload->server.jails()) {
    const bool named = wanted.count(jail->name()) > 0;
    if (reload->covers(jail->name()) && (reload->request.restart || !named))
      gone.push_back(jail->name());
  }
  reload->server.remove_jails(std::move(gone), std::move(next));
}

void apply(const Shared& reload) {
  Server& server = reload->server;
  server.say_stage(Server::Stage::reloading);
  if (reload->request.jail == "--all") server.reset_options();
  server.log().write(
      base::LogLevel::info, kLogger,
      reload->request.jail == "--all" ? "Reload all jails" : "Reload jail " + reload->request.jail);
  if (reload->request.unban) {
    for (const auto& jail : server.jails()) {
      if (reload->covers(jail->name())) jail->enforcer().unban_all();
    }
  }
  stop_jails(reload, [reload] {
    for (const auto& jail : reload->server.jails()) {
      if (!reload->covers(jail->name())) continue;
      reload->server.log().write(base::LogLevel::info, kLogger,
                                 "Reload jail '" + jail->name() + "'");
      jail->begin_reload();
    }
    execute_all(reload->server, std::move(reload->request.stream),
                [reload](protocol::Reply reply) { finish(reload, std::move(reply)); });
  });
}

}  // namespace

void reload(Server& server, ReloadRequest request, ReplyDone done) {
  auto reload =
      std::make_shared<Reload>(Reload{server, std::move(request), std::move(done), nullptr});
  reload->rehearsal = std::make_unique<Server>(server.loop(), server.clock(), server.logger(),
                                               Mode::rehearsal, Server::Hooks{});
  execute_all(*reload->rehearsal, reload->request.stream, [reload](protocol::Reply reply) {
    // The rehearsal's timers and threads end here; it is not destroyed below its own frames.
    boost::asio::post(reload->server.loop(), [reload, reply = std::move(reply)]() mutable {
      reload->rehearsal.reset();
      if (reply.code != 0) return reload->done(std::move(reply));
      apply(reload);
    });
  });
}

}  // namespace gaoler::server
