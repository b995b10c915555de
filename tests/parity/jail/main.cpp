// jail_replay: replays a script of failures, bans and time jumps on our jails and prints what
// happens, for comparison with fail2ban's own classes (oracle.py prints the same).
//
//   jail_replay DBFILE < script
//
// One step per line, words separated by tabs; see compare.py, which makes the scripts.
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "jail/ban_list.h"
#include "jail/ban_time.h"
#include "jail/failure_ticker.h"
#include "store/sqlite_store.h"

namespace gaoler {
namespace {

using Words = std::vector<std::string>;

double number(const std::string& text) {
  return std::stod(text);
}

std::string shown(double value) {
  char buffer[64];
  snprintf(buffer, sizeof buffer, "%.4f", value);
  return buffer;
}

std::string shown_span(double value) {
  char buffer[64];
  snprintf(buffer, sizeof buffer, "%.15g", value);
  return buffer;
}

struct JailState {
  jail::FailureTicker ticker;
  jail::BanList bans;
};

class Replay {
 public:
  explicit Replay(const std::string& file) {
    store_ = std::move(store::open_sqlite({file, 0, &log_})).value();
    restart();
  }

  void step(const Words& words) {
    const std::string& what = words[0];
    if (what == "time") now_ = number(words[1]);
    if (what == "restart") restart();
    if (what == "purge") purge(number(words[1]));
    if (words.size() < 2 || what == "time" || what == "purge") return;
    JailState& state = jails_[words[1]];
    if (what == "set") set(state, words[1], words[2], words[3]);
    if (what == "restore") restore(state, words[1]);
    if (what == "fail") fail(state, words);
    if (what == "attempt") attempt(state, words);
    if (what == "ban") ban(state, words[1], jail::manual_ticket(words[2], now_));
    if (what == "unban") unban(state, words[1], words[2]);
    if (what == "clean") state.ticker.clean_up(now_);
    if (what == "expire") expire(state, words[1], std::stoul(words[2]));
    if (what == "show") show(state, words[1]);
    if (what == "merged") merged(words[1], words[2]);
  }

 private:
  void say(const std::string& jail, const std::string& text) {
    std::cout << "[" << jail << "] " << text << "\n";
  }

  // Everything in memory is gone; options are set again by the script.
  void restart() {
    jails_.clear();
    rules_.clear();
    for (const char* name : {"a", "b"}) {
      jails_[name];
      rules_[name];
      write(store::EnableJail{name});
    }
  }

  void write(store::Change change) {
    const auto written = store_->write({std::move(change)});
    if (!written.ok()) std::cout << written.message << "\n";
  }

  void purge(double age) {
    store_->set_purge_age(age);
    write(store::Purge{now_});
  }

  void set(JailState& state, const std::string& name, const std::string& option,
           const std::string& value) {
    if (option == "maxretry") state.ticker.set_max_retry(std::stoi(value));
    if (option == "findtime") state.ticker.set_find_time(number(value));
    if (option == "maxmatches") state.ticker.set_max_matches(std::stoul(value));
    if (option == "bantime") state.bans.set_ban_time(number(value));
    if (!option.starts_with("bantime.")) return;
    const auto done = rules_[name].set(option.substr(8), value == "-" ? "" : value);
    if (!done) say(name, done.error().message);
  }

  void restore(JailState& state, const std::string& name) {
    store::RestoreRules rules;
    rules.now = now_;
    rules.jail_ban_time = state.bans.ban_time();
    rules.longest = rules_[name].longest(rules.jail_ban_time);
    if (!rules_[name].increment()) rules.younger_than = rules.jail_ban_time;
    rules.max_matches = state.ticker.max_matches();
    auto tickets = store_->current_bans(name, rules);
    for (auto& ticket : *tickets) ban(state, name, std::move(ticket));
  }

  std::optional<jail::BanHistory> history(const std::string& id, const std::string& name,
                                          bool overall) {
    return store_->history(id, overall ? std::nullopt : std::optional(name)).value();
  }

  // fail JAIL ID TIME USER LINE
  void fail(JailState& state, const Words& words) {
    filter::Failure failure;
    failure.id = words[2];
    failure.time = number(words[3]);
    failure.groups.set("ip4", filter::GroupValue(words[2]));
    if (!words[4].empty()) failure.groups.set("user", filter::GroupValue(words[4]));
    failure.lines = {{"", words[3], words[5]}};
    count(state, words[1], failure, 1);
    weigh(state, words[1], failure);
    ban_pending(state, words[1]);
  }

  // attempt JAIL ID LINE...
  void attempt(JailState& state, const Words& words) {
    filter::Failure failure;
    failure.id = words[2];
    failure.time = now_;
    for (size_t i = 3; i < words.size(); ++i) failure.lines.push_back({"", "", words[i]});
    count(state, words[1], failure, std::max<int>(1, static_cast<int>(failure.lines.size())));
    ban_pending(state, words[1]);
  }

  void count(JailState& state, const std::string& name, const filter::Failure& failure, int by) {
    const double retries = state.ticker.add(failure, by);
    say(name, "failed " + failure.id + " " + shown(retries));
    if (state.ticker.reached_max_retry(retries)) take(state, failure.id);
  }

  void weigh(JailState& state, const std::string& name, const filter::Failure& failure) {
    if (!rules_[name].increment()) return;
    const auto known = history(failure.id, name, false);
    const auto weight = jail::known_bad_weight(known, failure.time, state.ticker.max_retry());
    if (!weight) return;
    say(name, "bad " + failure.id + " " + weight->text);
    const auto retries = state.ticker.add_known_bad(failure, weight->retries - 1, known->bans);
    if (retries && state.ticker.reached_max_retry(*retries)) take(state, failure.id);
  }

  void take(JailState& state, const std::string& id) {
    if (auto ticket = state.ticker.take(id)) pending_.push_back(std::move(*ticket));
  }

  void ban_pending(JailState& state, const std::string& name) {
    for (auto& ticket : pending_) ban(state, name, std::move(ticket));
    pending_.clear();
  }

  void ban(JailState& state, const std::string& name, jail::Ticket ticket) {
    const std::string id = ticket.id;
    const auto added = state.bans.add(std::move(ticket), now_);
    switch (added.outcome) {
      case jail::BanList::Outcome::expired:
        return say(name, "expired " + id);
      case jail::BanList::Outcome::already_banned:
      case jail::BanList::Outcome::prolonged:
        return say(name, "already " + id);
      case jail::BanList::Outcome::banned:
        break;
    }
    say(name, (added.ban->ticket.restored ? "Restore Ban " : "Ban ") + id);
    if (!added.ban->ticket.restored) keep(state, name, added.ban->ticket);
  }

  // Decides how long the ban really is, and stores it.
  void keep(JailState& state, const std::string& name, const jail::Ticket& ticket) {
    const jail::BanTime& rules = rules_[name];
    const auto known = history(ticket.id, name, rules.overall_jails());
    const auto decision = rules.decide(ticket, state.bans.ban_time(), known, [] { return 0.5; });
    if (!decision.error.empty()) say(name, "formula failed");
    const std::string id = ticket.id;
    if (decision.own) state.bans.set_own_ban_time(id, decision.ban_time);
    state.bans.set_ban_count(id, decision.ban_count);
    const jail::Ticket& banned = state.bans.find(id)->ticket;
    const bool over = decision.ban_time != base::kForever && banned.time + decision.ban_time < now_;
    if (over || decision.older_than_last) return;
    write(store::AddBan{name, banned, decision.ban_time});
  }

  void unban(JailState& state, const std::string& name, const std::string& id) {
    write(store::DeleteBans{name, Words{id}});
    say(name, state.bans.remove(id) ? "Unban " + id : "absent " + id);
  }

  void expire(JailState& state, const std::string& name, size_t most) {
    for (const auto& ban : state.bans.take_expired(now_, most)) {
      say(name, "Unban " + ban.ticket.id);
    }
  }

  void show(JailState& state, const std::string& name) {
    say(name, "counts " + std::to_string(state.ticker.currently_failed()) + " " +
                  std::to_string(state.ticker.total_failed()) + " " +
                  std::to_string(state.bans.currently_banned()) + " " +
                  std::to_string(state.bans.total_banned()));
    for (const jail::Ban* ban : state.bans.in_order_of_banning()) {
      const jail::Ticket& ticket = ban->ticket;
      say(name, "ban " + ticket.id + " " + shown(ticket.time) + " " +
                    shown_span(state.bans.ban_time_of(ticket)) + " " +
                    std::to_string(ticket.ban_count) + " " + std::to_string(ticket.attempts) + " " +
                    lines_of(ticket));
    }
    std::string ends;
    for (const jail::Ban* ban : state.bans.by_end()) ends += " " + ban->ticket.id;
    say(name, "by end" + ends);
  }

  void merged(const std::string& name, const std::string& id) {
    for (const auto& in : {std::optional(name), std::optional<std::string>()}) {
      const auto ticket = store_->merged_bans(id, in).value();
      say(name,
          ticket ? "merged " + id + " " + std::to_string(ticket->attempts) + " " + lines_of(*ticket)
                 : "merged " + id + " nothing");
    }
  }

  static std::string lines_of(const jail::Ticket& ticket) {
    std::string all;
    for (const auto& line : ticket.lines) all += (all.empty() ? "" : "|") + line.text();
    return all;
  }

  base::NullLogSink log_;
  std::unique_ptr<store::BanStore> store_;
  std::map<std::string, JailState> jails_;
  std::map<std::string, jail::BanTime> rules_;
  std::vector<jail::Ticket> pending_;
  base::UnixTime now_ = 0;
};

}  // namespace
}  // namespace gaoler

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: jail_replay DBFILE < script\n";
    return 2;
  }
  std::ios::sync_with_stdio(false);
  gaoler::Replay replay(argv[1]);
  std::string line;
  for (size_t step = 1; std::getline(std::cin, line); ++step) {
    std::vector<std::string> words;
    for (const auto word : gaoler::base::split(line, '\t')) words.emplace_back(word);
    std::cout << "#" << step << "\n";
    replay.step(words);
  }
}
