// The same random definitions and events played here and on fail2ban's own command action
// (oracle_action.py): the commands that would be run, their order, the error texts, the log and the
// ban epochs must be the same.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "action/command_action.h"
#include "action/ticket_tags.h"
#include "base/text.h"

namespace gaoler::action {
namespace {

using Words = std::vector<std::string>;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out;
}

std::string line_of(const Words& words) {
  Words escaped_words;
  for (const auto& word : words) escaped_words.push_back(escaped(word));
  return base::join(escaped_words, "\t") + "\n";
}

// Plays scenarios on our Action and prints what oracle_action.py prints.
class Player final : public base::LogSink {
 public:
  std::string play(const std::vector<Words>& scenario) {
    out_.clear();
    for (const Words& words : scenario) {
      out_ += "event\t" + line_of(words);
      play_one(words);
    }
    return out_;
  }

  bool enabled(base::LogLevel level) const override { return level >= base::LogLevel::error; }
  void write(base::LogLevel level, std::string_view, std::string_view message) override {
    out_ += "log\t" + line_of({std::string(base::log_level_name(level)), std::string(message)});
  }

 private:
  void play_one(const Words& words) {
    const std::string& word = words[0];
    if (word == "new") return begin(words[1] == "1");
    if (word == "bits") return static_cast<void>(bits_ = words[1]);
    if (word == "set") return set(words[1], words[2]);
    if (word == "reset") return action_->definition().reset_commands();
    if (word == "start") return perform(action_->start());
    if (word == "stop") return perform(action_->stop());
    if (word == "flush") return perform(action_->flush());
    if (word == "reload") return perform(action_->reload());
    if (word == "check") return perform(action_->check(words[1] == "1"));
    if (word == "ban") return perform(action_->ban(subject(words[1])));
    if (word == "reban") return perform(action_->reban(subject(words[1])));
    if (word == "unban") return perform(action_->unban(subject(words[1])));
    if (action_->can_prolong()) perform(action_->prolong(subject(words[1])));
  }

  void begin(bool ipv6) {
    jail_ = {};
    jail_.jail = "j";
    jail_.log = this;
    jail_.ipv6_allowed = [ipv6] { return ipv6; };
    jail_.values = [](std::string_view tag) { return ticket_tag({}, 600, tag); };
    action_ = std::make_unique<CommandAction>("a", jail_);
    bits_.clear();
  }

  void set(const std::string& key, const std::string& value) {
    const Property property = value[0] == 'b' ? Property(value == "b1") : Property(value.substr(1));
    ASSERT_TRUE(action_->definition().set(key, property).ok());
  }

  static Subject subject(const std::string& address) {
    jail::Ticket ticket;
    ticket.id = address;
    ticket.time = 1234567890;
    ticket.lines = {{"line one", "", ""}, {"line [two]", "", ""}};
    ticket.groups["user"] = "bob";
    return {scope_of(address), address,
            [ticket](std::string_view tag) { return ticket_tag(ticket, 600, tag); }};
  }

  void perform(Operation operation) {
    while (const Step* step = operation.step()) {
      Words words = {"run", std::to_string(static_cast<int>(step->timeout)), step->text};
      words.insert(words.end(), step->args.begin(), step->args.end());
      out_ += line_of(words);
      bool ok = true;
      if (!bits_.empty()) {
        ok = bits_[0] == '1';
        bits_.erase(0, 1);
      }
      operation.finish_step(ok);
    }
    const auto& outcome = operation.outcome();
    out_ += outcome ? "end\n" : "end\t" + line_of({outcome.error().message});
    out_ += "epoch\t" +
            line_of({std::to_string(action_->ban_epoch()), std::to_string(jail_.ban_epoch)});
  }

  JailContext jail_;
  std::unique_ptr<CommandAction> action_;
  std::string bits_;
  std::string out_;
};

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  std::vector<Words> scenario() {
    std::vector<Words> lines = {{"new", pick({"0", "1"})}};
    define(lines);
    lines.push_back({"bits", bits()});
    const int events = number(3, 30);
    for (int i = 0; i < events; ++i) {
      for (Words& words : event()) lines.push_back(std::move(words));
    }
    lines.push_back({"flush"});
    lines.push_back({"stop"});
    return lines;
  }

 private:
  int number(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  bool one_in(int n) { return number(1, n) == 1; }
  std::string pick(const Words& from) { return from[number(0, static_cast<int>(from.size()) - 1)]; }

  std::string bits() {
    std::string bits;
    const int often = number(1, 8);  // how rarely a command fails
    for (int i = 0; i < 40; ++i) bits += one_in(often + 1) ? '0' : '1';
    return bits;
  }

  std::string text(const std::string& command, bool ticket) {
    Words pieces = {"<set>", "<family>", "$x", "<deep>", "<br>more", "<sp>", "<none>", "<F-NONE>"};
    if (ticket) {
      for (const char* tag : {"<ip>", "<fid>", "<matches>", "<F-USER>", "<restored>"}) {
        pieces.push_back(tag);
      }
    }
    std::string out = command;
    const int count = number(0, 4);
    for (int i = 0; i < count; ++i) out += " " + pick(pieces);
    return out;
  }

  void define(std::vector<Words>& lines) {
    for (const char* key : {"actionstart", "actionstop", "actionflush", "actioncheck",
                            "actionrepair", "actionreload"}) {
      const int rarity = std::string_view(key) == "actionrepair" ? 3 : 8;
      // F-tags of checks are cut out or not depending on the family; nobody has any there
      if (!one_in(rarity))
        lines.push_back({"set", key, "s" + base::replace_all(text(key, false), "<F-NONE>", "")});
    }
    for (const char* key : {"actionban", "actionunban", "actionreban", "actionprolong"}) {
      if (!one_in(5)) lines.push_back({"set", key, "s" + text(key, true)});
    }
    lines.push_back({"set", "set", "saddr-<deep>"});
    lines.push_back({"set", "deep", "sd<deeper>"});
    lines.push_back({"set", "deeper", "s4"});
    if (one_in(2)) lines.push_back({"set", "deeper?family=inet6", "s6"});
    if (one_in(6)) lines.push_back({"set", "actionban?family=inet6", "sban6 <ip>"});
    if (one_in(3)) lines.push_back({"set", "actionstart_on_demand", pick({"b0", "b1"})});
    if (one_in(3)) lines.push_back({"set", "actionrepair_on_unban", pick({"b0", "b1"})});
    if (one_in(4)) lines.push_back({"set", "timeout", pick({"s2m", "s90", "s1h"})});
  }

  // As a jail does: a start only when nothing runs, settings after a reset.
  std::vector<Words> event() {
    const std::string address = pick({"192.0.2.1", "192.0.2.0/24", "2001:db8::1", "some-name"});
    switch (number(1, 16)) {
      case 1:
        return {{"stop"}, {"start"}};
      case 2:
        return {{"stop"}};
      case 3:
        return {{"flush"}};
      case 4:
        return {{"reload"}};
      case 5:
        return {{"check", pick({"0", "1"})}};
      case 6:
        return {{"prolong", address}};
      case 7:
        return {{"reban", address}};
      case 8:
        return {{"set", "deeper", "s" + pick({"4", "44"})}};
      case 9:
        return one_in(4) ? reset() : std::vector<Words>{{"flush"}, {"check", "0"}};
      case 10:
      case 11:
      case 12:
        return {{"unban", address}};
      default:
        return {{"ban", address}};
    }
  }

  std::vector<Words> reset() {
    std::vector<Words> lines = {{"reset"}};
    define(lines);
    lines.push_back({"reload"});
    return lines;
  }

  std::mt19937 random_;
};

// What the oracle prints for all scenarios; empty with a reason in `why` if it is not there.
std::string ask_oracle(const std::string& scenarios, std::string& why) {
  const std::string oracle = std::getenv("GAOLER_ORACLE");
  const auto base =
      std::filesystem::temp_directory_path() / ("gaoler_action." + std::to_string(getpid()));
  const std::string in = base.string() + ".in";
  const std::string out = base.string() + ".out";
  std::ofstream(in) << scenarios;
  const std::string command =
      "python3 " GAOLER_TEST_DIR "/oracle_action.py " + oracle + "/lib <" + in + " >" + out;
  const int status = std::system(command.c_str());
  std::stringstream answer;
  answer << std::ifstream(out).rdbuf();
  std::filesystem::remove(in);
  std::filesystem::remove(out);
  if (status != 0) why = "python3 cannot run the oracle's action";
  return answer.str();
}

TEST(ActionAgainstOracle, RandomEventsRunTheSameCommands) {
  if (std::getenv("GAOLER_ORACLE") == nullptr) GTEST_SKIP() << "GAOLER_ORACLE is not set";
  constexpr int kScenarios = 600;
  Player player;
  std::string scenarios;
  std::vector<std::string> ours;
  for (int seed = 1; seed <= kScenarios; ++seed) {
    const auto scenario = Generator(static_cast<uint32_t>(seed)).scenario();
    for (const Words& words : scenario) scenarios += line_of(words);
    ours.push_back(player.play(scenario));
  }
  std::string why;
  const std::string answer = ask_oracle(scenarios, why);
  if (!why.empty()) GTEST_SKIP() << why;
  size_t from = 0;
  for (int i = 0; i < kScenarios; ++i) {
    const size_t next = answer.find("event\tnew\t", from + 1);
    const std::string theirs = answer.substr(from, next - from);
    ASSERT_EQ(ours[i], theirs) << "seed " << i + 1;
    from = next;
  }
}

}  // namespace
}  // namespace gaoler::action
