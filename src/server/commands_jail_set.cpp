// set J ...: settings of one jail. Each answers with the new state.

#include <algorithm>
#include <charconv>
#include <climits>
#include <optional>

#include "base/duration.h"
#include "base/text.h"
#include "protocol/repr.h"
#include "server/commands.h"
#include "server/jail_values.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

using protocol::Value;

std::optional<int64_t> parse_int(std::string_view text) {
  text = base::trim(text);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

protocol::Reply no_int(const std::string& text) {
  return failure("ValueError", "invalid literal for int() with base 10: '" + text + "'");
}

void set_idle(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string value = words.text(0);
  if (value != "on" && value != "off") {
    return done(failure("Exception", "Invalid idle option, must be 'on' or 'off'"));
  }
  jail.set_idle(value == "on");
  done(ok(value == "on"));
}

void set_ignore_self(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  jail.ignore().list().set_ignore_self(base::parse_bool(words.text(0)));
  done(ok(ignore_self_value(jail)));
}

void add_ignore_ip(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  for (const std::string& word : words.texts()) jail.ignore().list().add(word);
  done(ok(ignore_ip_value(jail)));
}

void del_ignore_ip(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (const auto removed = jail.ignore().list().remove(words.text(0)); !removed) {
    return done(failure("ValueError", removed.error().message));
  }
  done(ok(ignore_ip_value(jail)));
}

void set_ignore_command(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  jail.ignore().set_command(words.text(0));
  done(ok(ignore_command_value(jail)));
}

void set_ignore_cache(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string text = words.text(0);
  if (base::trim(text).empty()) {
    jail.ignore().set_cache(std::nullopt);
    return done(ok());
  }
  auto options = jail::IgnoreCacheOptions::from(parse_options(text));
  if (!options) return done(failure("ValueError", options.error().message));
  jail.ignore().set_cache(std::move(*options));
  done(ok(ignore_cache_value(jail)));
}

void set_prefregex(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (const auto set = jail.filter().set_prefregex(words.text(0)); !set)
    return done(bad_regex(set.error().message));
  done(ok(prefregex_value(jail)));
}

void add_failregex(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (const auto added = jail.filter().add_failregex(words.text(0)); !added)
    return done(bad_regex(added.error().message));
  done(ok(text_list(jail.filter().failregexes())));
}

void add_ignoreregex(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (const auto added = jail.filter().add_ignoreregex(words.text(0)); !added)
    return done(bad_regex(added.error().message));
  done(ok(text_list(jail.filter().ignoreregexes())));
}

void del_failregex(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const auto index = parse_int(words.text(0));
  if (!index) return done(no_int(words.text(0)));
  jail.filter().remove_failregex(static_cast<long>(*index));
  done(ok(text_list(jail.filter().failregexes())));
}

void del_ignoreregex(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const auto index = parse_int(words.text(0));
  if (!index) return done(no_int(words.text(0)));
  jail.filter().remove_ignoreregex(static_cast<long>(*index));
  done(ok(text_list(jail.filter().ignoreregexes())));
}

void set_use_dns(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string value = base::to_lower(words.text(0));
  auto use_dns = filter::parse_use_dns(value);
  if (!use_dns) {
    server.log().write(base::LogLevel::error, "fail2ban.filter",
                       "Incorrect value '" + value + "' specified for usedns. Using safe 'no'");
    use_dns = filter::UseDns::no;
  }
  jail.filter().set_use_dns(*use_dns);
  done(ok(use_dns_value(jail)));
}

void set_date_pattern(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (const auto set = jail.filter().set_date_pattern(words.text(0)); !set) {
    return done(failure("ValueError", set.error().message));
  }
  done(ok(date_pattern_value(jail)));
}

void set_log_timezone(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (const auto set = jail.filter().set_log_timezone(words.text(0)); !set) {
    return done(failure("ValueError", set.error().message));
  }
  done(ok(log_timezone_value(jail)));
}

void set_max_lines(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const auto lines = parse_int(words.text(0));
  if (!lines) return done(no_int(words.text(0)));
  if (const auto set = jail.filter().set_max_lines(static_cast<int>(*lines)); !set) {
    return done(failure("ValueError", set.error().message));
  }
  done(ok(jail.filter().max_lines()));
}

void set_find_time(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const auto span = base::read_duration(words.text(0));
  if (!span) return done(failure("ValueError", span.error().message));
  jail.ticker().set_find_time(span->seconds);
  server.log().write(base::LogLevel::info, "fail2ban.filter",
                     "  findtime: " + duration_text(*span));
  done(ok(find_time_value(jail)));
}

void set_ban_time(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const auto span = base::read_duration(words.text(0));
  if (!span) return done(failure("ValueError", span.error().message));
  jail.enforcer().set_ban_time(static_cast<double>(static_cast<int64_t>(span->seconds)));
  server.log().write(base::LogLevel::info, "fail2ban.actions",
                     "  banTime: " + std::to_string(static_cast<int64_t>(span->seconds)));
  done(ok(ban_time_value(jail)));
}

void set_max_retry(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const auto retries = parse_int(words.text(0));
  if (!retries) return done(no_int(words.text(0)));
  jail.ticker().set_max_retry(static_cast<int>(std::clamp<int64_t>(*retries, INT_MIN, INT_MAX)));
  server.log().write(base::LogLevel::info, "fail2ban.filter",
                     "  maxRetry: " + std::to_string(*retries));
  done(ok(jail.ticker().max_retry()));
}

void set_max_matches(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  const auto lines = parse_int(words.text(0));
  if (!lines) return done(no_int(words.text(0)));
  jail.ticker().set_max_matches(static_cast<size_t>(std::max<int64_t>(*lines, 0)));
  done(ok(static_cast<int64_t>(jail.ticker().max_matches())));
}

template <int kOption>
void set_ban_time_rule(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string_view option = kBanTimeRules[kOption];
  if (const auto set = jail.enforcer().ban_time_rules().set(option, words.text(0)); !set) {
    return done(failure("ValueError", set.error().message));
  }
  const Value value = ban_time_rule_value(jail, option);
  server.log().write(base::LogLevel::info, "fail2ban.jail",
                     "Set banTime." + std::string(option) + " = " + protocol::str(value));
  done(ok(value));
}

// Options that only a client's configuration reader needs.
void accept(Server&, JailRunner&, const Words& words, ReplyDone done) {
  done(ok(words.value(0)));
}

}  // namespace

const JailHandlers& jail_set_handlers() {
  static const JailHandlers handlers{
      {"idle", {1, set_idle}},
      {"ignoreself", {1, set_ignore_self}},
      {"addignoreip", {0, add_ignore_ip}},
      {"delignoreip", {1, del_ignore_ip}},
      {"ignorecommand", {1, set_ignore_command}},
      {"ignorecache", {1, set_ignore_cache}},
      {"prefregex", {1, set_prefregex}},
      {"addfailregex", {1, add_failregex}},
      {"delfailregex", {1, del_failregex}},
      {"addignoreregex", {1, add_ignoreregex}},
      {"delignoreregex", {1, del_ignoreregex}},
      {"usedns", {1, set_use_dns}},
      {"datepattern", {1, set_date_pattern}},
      {"logtimezone", {1, set_log_timezone}},
      {"maxlines", {1, set_max_lines}},
      {"findtime", {1, set_find_time}},
      {"bantime", {1, set_ban_time}},
      {"maxretry", {1, set_max_retry}},
      {"maxmatches", {1, set_max_matches}},
      {"bantime.increment", {1, set_ban_time_rule<0>}},
      {"bantime.factor", {1, set_ban_time_rule<1>}},
      {"bantime.formula", {1, set_ban_time_rule<2>}},
      {"bantime.multipliers", {1, set_ban_time_rule<3>}},
      {"bantime.maxtime", {1, set_ban_time_rule<4>}},
      {"bantime.rndtime", {1, set_ban_time_rule<5>}},
      {"bantime.overalljails", {1, set_ban_time_rule<6>}},
      {"skip_if_nologs", {1, accept}},
      {"systemd_if_nologs", {1, accept}},
  };
  return handlers;
}

}  // namespace gaoler::server
