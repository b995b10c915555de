// ping, version, status, banned, unban, ...: commands that change no configuration.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "base/version.h"
#include "server/commands.h"
#include "server/countdown.h"
#include "server/cymru.h"
#include "server/server.h"
#include "server/status.h"

namespace gaoler::server {
namespace {

using protocol::List;
using protocol::Value;

constexpr double kMaxSleep = 24 * 60 * 60;

void ping(Server&, const Words&, ReplyDone done) {
  done(ok("pong"));
}

void version(Server&, const Words&, ReplyDone done) {
  done(ok(base::kFail2banVersion));
}

void echo(Server&, const Words& words, ReplyDone done) {
  List list;
  for (size_t i = 0; i < words.size(); ++i) list.items.push_back(words.value(i));
  done(ok(std::move(list)));
}

void sleep(Server& server, const Words& words, ReplyDone done) {
  char* end = nullptr;
  const std::string text = words.text(0);
  const double seconds = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0') {
    return done(failure("ValueError", "could not convert string to float: '" + text + "'"));
  }
  if (seconds < 0) return done(failure("ValueError", "sleep length must be non-negative"));
  auto timer = std::make_shared<boost::asio::steady_timer>(server.loop());
  timer->expires_after(
      std::chrono::milliseconds(static_cast<int64_t>(std::min(seconds, kMaxSleep) * 1000)));
  timer->async_wait([timer, done = std::move(done)](boost::system::error_code) { done(ok()); });
}

void server_ready(Server&, const Words&, ReplyDone done) {
  done(ok("Server ready"));
}

// One group per jail, in order, once the look-ups of the flavor are done.
using Groups = std::vector<std::pair<std::string, Value>>;
using GroupsDone = std::function<void(Groups&&)>;

void status_of(Server& server, const std::vector<JailRunner*>& jails, const std::string& flavor,
               GroupsDone done) {
  if (!is_status_flavor(flavor)) {
    server.log().write(base::LogLevel::warning, "fail2ban.actions",
                       "Unsupported extended jail status flavor '" + flavor +
                           "'. Supported: ['short', 'basic', 'stats', 'cymru']");
  }
  auto groups = std::make_shared<Groups>(jails.size());
  const auto ready =
      countdown(jails.size() + 1, [groups, done = std::move(done)] { done(std::move(*groups)); });
  for (size_t i = 0; i < jails.size(); ++i) {
    const std::string name = jails[i]->name();
    if (flavor != "cymru") {
      (*groups)[i] = {name, jail_status(*jails[i], flavor)};
      ready();
      continue;
    }
    look_up_cymru(server, *jails[i], [&server, groups, ready, i, name](const List& rows) {
      const JailRunner* jail = server.find_jail(name);  // it may be gone by now
      (*groups)[i] = {name, jail != nullptr ? jail_status(*jail, "cymru", rows) : Value(List{})};
      ready();
    });
  }
  ready();
}

void status_of_all(Server& server, const std::string& flavor, ReplyDone done) {
  std::vector<JailRunner*> jails;
  for (const auto& jail : server.jails()) jails.push_back(jail.get());
  status_of(server, jails, flavor, [&server, done = std::move(done)](Groups&& groups) {
    Value all = server_status(server);
    protocol::Dict by_jail;
    for (auto& [name, group] : groups) by_jail.items.emplace_back(name, std::move(group));
    all.get<List>()->items.emplace_back(std::move(by_jail));
    done(ok(std::move(all)));
  });
}

void statistics(Server& server, const Words&, ReplyDone done) {
  protocol::Dict jails;
  for (const auto& jail : server.jails())
    jails.items.emplace_back(jail->name(), jail_status(*jail, "stats"));
  done(ok(std::move(jails)));
}

void status(Server& server, const Words& words, ReplyDone done) {
  if (words.size() > 2) return done(failure("Exception", "Invalid command (no status)"));
  if (words.size() == 0) return done(ok(server_status(server)));
  const std::string flavor = words.size() > 1 ? words.text(1) : "basic";
  if (words.text(0) == "--all" && flavor == "stats")
    return statistics(server, words, std::move(done));
  if (words.text(0) == "--all") return status_of_all(server, flavor, std::move(done));
  JailRunner* jail = server.find_jail(words.text(0));
  if (jail == nullptr) return done(unknown_jail(words.text(0)));
  status_of(server, {jail}, flavor, [done = std::move(done)](Groups&& groups) {
    done(ok(std::move(groups.front().second)));
  });
}

void banned(Server& server, const Words& words, ReplyDone done) {
  List answer;
  if (words.size() == 0) {
    for (const auto& jail : server.jails()) {
      answer.items.emplace_back(protocol::Dict{{{Value(jail->name()), banned_ids(*jail)}}});
    }
    return done(ok(std::move(answer)));
  }
  for (const std::string& id : words.texts()) {
    List jails;
    for (const auto& jail : server.jails()) {
      if (jail->enforcer().bans().contains(id)) jails.items.emplace_back(jail->name());
    }
    answer.items.emplace_back(std::move(jails));
  }
  done(ok(std::move(answer)));
}

void unban(Server& server, const Words& words, ReplyDone done) {
  if (words.size() == 0) return done(failure("Exception", "Invalid command"));
  auto left = std::make_shared<size_t>(1);
  auto count = std::make_shared<size_t>(0);
  const auto one_less = [left, count, done = std::move(done)] {
    if (--*left == 0) done(ok(*count));
  };
  const bool all = words.text(0) == "--all" && words.size() == 1;
  for (const auto& jail : server.jails()) {
    if (all) {
      ++*left;
      *count += jail->enforcer().unban_all(one_less);
      continue;
    }
    for (const std::string& id : words.texts()) {
      ++*left;
      *count += jail->enforcer().unban(id, one_less);
    }
  }
  one_less();
}

void flush_logs(Server& server, const Words&, ReplyDone done) {
  const auto flushed = server.logger().flush();
  if (!flushed) {
    server.log().write(base::LogLevel::error, "fail2ban.server", flushed.error().message);
    return done(failure("OSError", flushed.error().message));
  }
  const std::string& what = *flushed;
  server.log().write(base::LogLevel::info, "fail2ban.server",
                     (what == "flushed" ? "flush" : "rollover") + std::string(" performed on ") +
                         server.logger().target());
  // fail2ban's answer goes by the name as it was written.
  const std::string target = server.logger().target();
  const bool stream =
      target == "STDOUT" || target == "STDERR" || target == "SYSLOG" || target == "SYSTEMD-JOURNAL";
  done(ok(stream ? "flushed" : "rolled over"));
}

}  // namespace

const ServerHandlers& basic_handlers() {
  static const ServerHandlers handlers{
      {"ping", {0, ping}},
      {"version", {0, version}},
      {"echo", {0, echo}},
      {"sleep", {1, sleep}},
      {"server-status", {0, server_ready}},
      {"status", {0, status}},
      {"stats", {0, statistics}},
      {"statistics", {0, statistics}},
      {"statistic", {0, statistics}},
      {"banned", {0, banned}},
      {"unban", {0, unban}},
      {"flushlogs", {0, flush_logs}},
  };
  return handlers;
}

}  // namespace gaoler::server
