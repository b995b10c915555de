// get J ...

#include <algorithm>

#include "protocol/repr.h"
#include "server/commands.h"
#include "server/jail_values.h"
#include "server/local_time_text.h"
#include "server/server.h"
#include "server/status.h"

namespace gaoler::server {
namespace {

using protocol::List;
using protocol::Value;

template <Value (*kValue)(const JailRunner&)>
void get_value(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(kValue(jail)));
}

void get_failregex(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(text_list(jail.filter().failregexes())));
}

void get_ignoreregex(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(text_list(jail.filter().ignoreregexes())));
}

void get_max_lines(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(jail.filter().max_lines()));
}

void get_max_retry(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(jail.ticker().max_retry()));
}

void get_max_matches(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(static_cast<int64_t>(jail.ticker().max_matches())));
}

void get_idle(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(jail.idle()));
}

template <int kOption>
void get_ban_time_rule(Server&, JailRunner& jail, const Words&, ReplyDone done) {
  done(ok(ban_time_rule_value(jail, kBanTimeRules[kOption])));
}

void get_banned(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (words.size() == 0) return done(ok(banned_ids(jail)));
  List found;
  for (const std::string& id : words.texts())
    found.items.emplace_back(jail.enforcer().bans().contains(id) ? 1 : 0);
  done(ok(words.size() == 1 ? found.items.front() : Value(found)));
}

std::string with_time(const JailRunner& jail, const jail::Ban& ban) {
  const base::Seconds span = jail.enforcer().bans().ban_time_of(ban.ticket);
  const std::string end =
      span < 0 ? "9999-12-31 23:59:59" : local_time_text(ban.ticket.time + span);
  return ban.ticket.id + " \t" + local_time_text(ban.ticket.time) + " + " +
         std::to_string(static_cast<int64_t>(span)) + " = " + end;
}

void get_ban_ip(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string separator = words.size() > 0 ? words.text(0) : " ";
  const auto bans = jail.enforcer().bans().by_end();
  if (separator == "--with-time") {
    List lines;
    for (const jail::Ban* ban : bans) lines.items.emplace_back(with_time(jail, *ban));
    return done(ok(std::move(lines)));
  }
  List ids;
  for (const jail::Ban* ban : bans) ids.items.emplace_back(protocol::Address{ban->ticket.id});
  done(ok(std::move(ids)));
}

}  // namespace

const JailHandlers& jail_get_handlers() {
  static const JailHandlers handlers{
      {"banned", {0, get_banned}},
      {"banip", {0, get_ban_ip}},
      {"logpath", {0, get_value<log_path_value>}},
      {"logencoding", {0, get_value<log_encoding_value>}},
      {"journalmatch", {0, get_value<journal_match_value>}},
      {"ignoreself", {0, get_value<ignore_self_value>}},
      {"ignoreip", {0, get_value<ignore_ip_value>}},
      {"ignorecommand", {0, get_value<ignore_command_value>}},
      {"ignorecache", {0, get_value<ignore_cache_value>}},
      {"prefregex", {0, get_value<prefregex_value>}},
      {"failregex", {0, get_failregex}},
      {"ignoreregex", {0, get_ignoreregex}},
      {"usedns", {0, get_value<use_dns_value>}},
      {"findtime", {0, get_value<find_time_value>}},
      {"bantime", {0, get_value<ban_time_value>}},
      {"datepattern", {0, get_value<date_pattern_value>}},
      {"logtimezone", {0, get_value<log_timezone_value>}},
      {"maxlines", {0, get_max_lines}},
      {"maxretry", {0, get_max_retry}},
      {"maxmatches", {0, get_max_matches}},
      {"idle", {0, get_idle}},
      {"bantime.increment", {0, get_ban_time_rule<0>}},
      {"bantime.factor", {0, get_ban_time_rule<1>}},
      {"bantime.formula", {0, get_ban_time_rule<2>}},
      {"bantime.multipliers", {0, get_ban_time_rule<3>}},
      {"bantime.maxtime", {0, get_ban_time_rule<4>}},
      {"bantime.rndtime", {0, get_ban_time_rule<5>}},
      {"bantime.overalljails", {0, get_ban_time_rule<6>}},
  };
  return handlers;
}

}  // namespace gaoler::server
