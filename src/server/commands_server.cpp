// set and get of what belongs to the server as a whole: log, database, IPv6.

#include <charconv>
#include <sys/stat.h>

#include "base/duration.h"
#include "base/text.h"
#include "base/version.h"
#include "server/commands.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.server";

protocol::Value duration_value(const base::Duration& duration) {
  if (duration.whole) return static_cast<int64_t>(duration.seconds);
  return duration.seconds;
}

std::string level_text(base::LogLevel level) {
  const auto name = base::log_level_name(level);
  return name == "LEVEL" ? std::to_string(static_cast<int>(level)) : std::string(name);
}

void set_log_level(Server& server, const Words& words, ReplyDone done) {
  const std::string wanted = base::to_upper(words.text(0));
  const auto level = base::parse_log_level(wanted);
  if (!level || wanted.starts_with('-'))
    return done(failure("ValueError", "Invalid log level '" + wanted + "'"));
  if (server.mode() == Mode::real) server.logger().set_level(*level);
  server.log_level_text = wanted;
  done(ok(wanted));
}

void get_log_level(Server& server, const Words&, ReplyDone done) {
  done(ok(server.log_level_text.empty() ? level_text(server.logger().level())
                                        : server.log_level_text));
}

void set_log_target(Server& server, const Words& words, ReplyDone done) {
  if (server.mode() == Mode::rehearsal) return done(ok(words.text(0)));
  if (words.text(0).empty()) return done(failure("ValueError", "unexpected option syntax"));
  const std::string before = server.logger().target();
  if (const auto changed = server.logger().set_target(words.text(0)); !changed) {
    server.log().write(base::LogLevel::error, kLogger, changed.error().message);
    server.log().write(base::LogLevel::info, kLogger,
                       "Logging to previous target '" + before + "'");
    return done(failure("Exception", "Failed to change log target"));
  }
  if (server.logger().target() != before) {
    server.log().write(base::LogLevel::info, kLogger,
                       "Changed logging target to " + server.logger().target() + " for Fail2ban v" +
                           std::string(base::kFail2banVersion));
  }
  done(ok(server.logger().target()));
}

void get_log_target(Server& server, const Words&, ReplyDone done) {
  done(ok(server.logger().target()));
}

void set_syslog_socket(Server& server, const Words& words, ReplyDone done) {
  if (server.mode() == Mode::rehearsal) return done(ok(words.text(0)));
  if (const auto changed = server.logger().set_syslog_socket(words.text(0)); !changed) {
    return done(failure("Exception", "Failed to change syslog socket"));
  }
  done(ok(server.logger().syslog_socket()));
}

void get_syslog_socket(Server& server, const Words&, ReplyDone done) {
  done(ok(server.logger().syslog_socket()));
}

void set_ipv6(Server& server, const Words& words, ReplyDone done) {
  if (server.mode() == Mode::real) server.set_ipv6(words.text(0));
  done(ok(words.text(0)));
}

// Options that fail2ban does not have.
void set_nft(Server& server, const Words& words, ReplyDone done) {
  const std::string mode = base::to_lower(words.text(0));
  if (mode != "library" && mode != "shell") {
    return done(failure("ValueError", "nft is library or shell, not '" + words.text(0) + "'"));
  }
  server.set_nft(mode == "shell" ? NftMode::shell : NftMode::library);
  done(ok(mode));
}

template <void (Server::*kSet)(bool)>
void set_flag(Server& server, const Words& words, ReplyDone done) {
  const bool value = base::parse_bool(words.text(0));
  (server.*kSet)(value);
  done(ok(value));
}

protocol::Value db_file_value(Server& server) {
  return server.store().file() ? protocol::Value(*server.store().file()) : protocol::Value();
}

void make_directory_of(const std::string& file) {
  const size_t slash = file.rfind('/');
  if (slash != std::string::npos && slash > 0) ::mkdir(file.substr(0, slash).c_str(), 0700);
}

void set_db_file(Server& server, const Words& words, ReplyDone done) {
  const std::string file = words.text(0);
  if (server.mode() == Mode::rehearsal || server.store().file() == file) return done(ok(file));
  if (!server.jails().empty()) {
    const bool stays_none = !server.store().file() && base::to_lower(file) == "none";
    if (stays_none) return done(ok());
    return done(failure("RuntimeError", "Cannot change database when there are jails present"));
  }
  make_directory_of(file);
  server.store().open(
      file, [&server, file, done = std::move(done)](const base::Result<void>& opened) {
        if (!opened) {
          // Banning goes on without a memory; the reason is in the log.
          server.log().write(base::LogLevel::error, "fail2ban.database", opened.error().message);
        }
        done(ok(db_file_value(server)));
      });
}

void get_db_file(Server& server, const Words&, ReplyDone done) {
  done(ok(db_file_value(server)));
}

void set_db_max_matches(Server& server, const Words& words, ReplyDone done) {
  const std::string text = words.text(0);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return done(failure("ValueError", "invalid literal for int() with base 10: '" + text + "'"));
  }
  if (server.mode() == Mode::rehearsal) return done(ok(value));
  if (!server.store().file()) return done(ok());
  store::Settings settings = server.store().settings();
  settings.max_matches = static_cast<size_t>(std::max<int64_t>(value, 0));
  server.store().set_settings(settings);
  done(ok(value));
}

void get_db_max_matches(Server& server, const Words&, ReplyDone done) {
  done(server.store().file() ? ok(server.store().settings().max_matches) : ok());
}

void set_db_purge_age(Server& server, const Words& words, ReplyDone done) {
  const auto age = base::read_duration(words.text(0));
  if (!age) return done(failure("ValueError", age.error().message));
  if (server.mode() == Mode::rehearsal) return done(ok(duration_value(*age)));
  if (!server.store().file()) return done(ok());
  store::Settings settings = server.store().settings();
  settings.purge_age = age->seconds;
  server.store().set_settings(settings);
  done(ok(duration_value(*age)));
}

void get_db_purge_age(Server& server, const Words&, ReplyDone done) {
  if (!server.store().file()) return done(ok());
  const base::Seconds age = server.store().settings().purge_age;
  const bool whole = age == static_cast<double>(static_cast<int64_t>(age));
  done(ok(duration_value({age, whole})));
}

void set_thread(Server& server, const Words& words, ReplyDone done) {
  if (words.value(0).get<protocol::Dict>() == nullptr) {
    return done(failure("AttributeError", "'str' object has no attribute 'items'"));
  }
  server.thread_options = words.value(0);
  done(ok(words.value(0)));
}

void get_thread(Server& server, const Words&, ReplyDone done) {
  done(ok(server.thread_options));
}

}  // namespace

const ServerHandlers& server_set_handlers() {
  static const ServerHandlers handlers{
      {"loglevel", {1, set_log_level}},
      {"logtarget", {1, set_log_target}},
      {"syslogsocket", {1, set_syslog_socket}},
      {"allowipv6", {1, set_ipv6}},
      {"dbfile", {1, set_db_file}},
      {"dbmaxmatches", {1, set_db_max_matches}},
      {"dbpurgeage", {1, set_db_purge_age}},
      {"thread", {1, set_thread}},
      {"nft", {1, set_nft}},
      {"keep_bans_on_stop", {1, set_flag<&Server::set_keep_bans>}},
      {"protect_lifelines", {1, set_flag<&Server::set_protect_lifelines>}},
  };
  return handlers;
}

const ServerHandlers& server_get_handlers() {
  static const ServerHandlers handlers{
      {"loglevel", {0, get_log_level}},
      {"logtarget", {0, get_log_target}},
      {"syslogsocket", {0, get_syslog_socket}},
      {"dbfile", {0, get_db_file}},
      {"dbmaxmatches", {0, get_db_max_matches}},
      {"dbpurgeage", {0, get_db_purge_age}},
      {"thread", {0, get_thread}},
  };
  return handlers;
}

}  // namespace gaoler::server
