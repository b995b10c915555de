// set J addlogpath, addjournalmatch, ...: where a jail's lines come from. Each answers with the new
// state.

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.h"
#include "protocol/repr.h"
#include "server/commands.h"
#include "server/jail_values.h"
#include "server/server.h"
#include "sys/fd.h"

namespace gaoler::server {
namespace {

// As fail2ban, which opens a file when it is told of it; 0 for one that can be opened.
int error_of_opening(const std::string& path) {
  const sys::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return errno;
  return S_ISDIR(status.st_mode) ? EISDIR : 0;
}

void add_log_path(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  const std::string path = words.text(0);
  const std::string mode = words.size() > 1 ? base::to_lower(words.text(1)) : "head";
  if (mode != "head" && mode != "tail") {
    return done(failure("ValueError", "File option must be 'head' or 'tail'"));
  }
  if (jail.backend() == "systemd") return done(ok(log_path_value(jail)));
  if (const int error = error_of_opening(path); error != 0) return done(no_file(error, path));
  if (server.mode() == Mode::rehearsal) return done(ok(log_path_value(jail)));
  jail.logs().add(path, mode == "tail",
                  [&jail, done = std::move(done)] { done(ok(log_path_value(jail))); });
}

// What only our own client tells: a pattern of logpath, besides the files that it finds now.
void add_log_glob(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  if (server.mode() == Mode::real && jail.backend() != "systemd") {
    jail.logs().add_pattern(words.text(0));
  }
  done(ok(words.text(0)));
}

void del_log_path(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  jail.logs().remove(words.text(0));
  done(ok(log_path_value(jail)));
}

void set_log_encoding(Server&, JailRunner& jail, const Words& words, ReplyDone done) {
  if (words.text(0).empty()) return done(failure("LookupError", "unknown encoding: "));
  if (const auto set = jail.logs().set_encoding(words.text(0)); !set) {
    return done(failure("LookupError", set.error().message));
  }
  done(ok(log_encoding_value(jail)));
}

constexpr std::string_view kJournalLogger = "fail2ban.filtersystemd";

void add_journal_match(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  if (jail.backend() != "systemd") return done(ok(protocol::List{}));
  const std::string all = protocol::repr(base::join(words.texts(), " "));
  for (const std::string& word : words.texts()) {
    if (word == "+" || sys::is_journal_match_word(word)) continue;
    server.log().write(base::LogLevel::error, kJournalLogger,
                       "Error adding journal match for: " + all + ": " + protocol::repr(word) +
                           " is not FIELD=value");
    return done(failure("ValueError", "Invalid match"));
  }
  for (auto& match : sys::journal_matches_of(words.texts())) {
    jail.journal_matches.push_back(std::move(match));
  }
  server.log().write(base::LogLevel::info, kJournalLogger,
                     "[" + jail.name() + "] Added journal match for: " + all);
  jail.use_journal_matches();
  done(ok(journal_match_value(jail)));
}

void del_journal_match(Server& server, JailRunner& jail, const Words& words, ReplyDone done) {
  if (jail.backend() != "systemd") return done(ok(protocol::List{}));
  auto& matches = jail.journal_matches;
  const auto found = std::find(matches.begin(), matches.end(), words.texts());
  const std::string match = protocol::repr(text_list(words.texts()));
  if (found == matches.end()) {
    return done(failure("ValueError", "Match " + match + " not found"));
  }
  matches.erase(found);
  server.log().write(base::LogLevel::info, kJournalLogger,
                     "[" + jail.name() + "] Removed journal match for: " + match);
  jail.use_journal_matches();
  done(ok(journal_match_value(jail)));
}

}  // namespace

const JailHandlers& jail_log_handlers() {
  static const JailHandlers handlers{
      {"addlogpath", {1, add_log_path}},           {"addlogglob", {1, add_log_glob}},
      {"dellogpath", {1, del_log_path}},           {"logencoding", {1, set_log_encoding}},
      {"addjournalmatch", {0, add_journal_match}}, {"deljournalmatch", {0, del_journal_match}},
  };
  return handlers;
}

}  // namespace gaoler::server
