// set J banip, unbanip, attempt: bans and failures by hand.

#include <memory>

#include "base/ip.h"
#include "protocol/repr.h"
#include "server/commands.h"
#include "server/jail_values.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

void ban_ip(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  auto left = std::make_shared<size_t>(words.size() + 1);
  auto banned = std::make_shared<int64_t>(0);
  const auto one_less = [left, banned, done = std::move(done)] {
    if (--*left == 0) done(ok(*banned));
  };
  for (const std::string& id : words.texts()) {
    const auto address = base::Network::parse(id);
    auto ticket = jail::manual_ticket(address ? address->text() : id, server.clock().now());
    if (jail.enforcer().ban(std::move(ticket), one_less)) ++*banned;
  }
  one_less();
}

void unban_ip(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  std::vector<std::string> ids = words.texts();
  const bool report_absent = !ids.empty() && ids.front() == "--report-absent";
  if (report_absent) ids.erase(ids.begin());
  auto left = std::make_shared<size_t>(ids.size() + 1);
  auto count = std::make_shared<size_t>(0);
  auto absent = std::make_shared<protocol::List>();
  const auto one_less = [left, count, absent, done = std::move(done)] {
    if (--*left > 0) return;
    done(absent->items.empty() ? ok(*count)
                               : failure("ValueError", "not banned: " + protocol::repr(*absent)));
  };
  for (const std::string& id : ids) {
    const auto address = base::Network::parse(id);
    const size_t lifted = jail.enforcer().unban(address ? address->text() : id, one_less);
    *count += lifted;
    if (lifted == 0 && report_absent) absent->items.emplace_back(id);
  }
  one_less();
}

void attempt(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  jail.attempt(words.text(0), words.from(1).texts());
  done(ok(1));
}

}  // namespace

const JailHandlers& jail_ban_handlers() {
  static const JailHandlers handlers{
      {"banip", {0, ban_ip}},
      {"unbanip", {1, unban_ip}},
      {"attempt", {1, attempt}},
  };
  return handlers;
}

}  // namespace gaoler::server
