// Actions driven as the server drives them: steps through the step runner, into the kernel of a
// private namespace.
#include "server/step_runner.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <memory>

#include "action/command_action.h"
#include "netns/private_net.h"

namespace gaoler::server {
namespace {

using netns::shell;

class Log final : public base::LogSink {
 public:
  bool enabled(base::LogLevel level) const override { return level >= base::LogLevel::info; }
  void write(base::LogLevel level, std::string_view logger, std::string_view message) override {
    const size_t id = message.find(" -- ");
    text += std::string(base::log_level_name(level)) + " " + std::string(logger) + " " +
            std::string(id == message.npos ? message : message.substr(id + 4)) + "\n";
  }

  std::string text;
};

class StepRunnerTest : public netns::PrivateNet, public testing::WithParamInterface<NftMode> {
 protected:
  // Gives the steps at once and returns how each ended.
  std::vector<bool> run(const std::vector<std::string>& texts) {
    std::vector<bool> ended;
    for (const auto& text : texts) {
      runner_.run({text, {}, 10}, [&ended](bool ok) { ended.push_back(ok); });
    }
    go();
    return ended;
  }

  // The loop itself never runs out of work: nftables is watched.
  void go() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (runner_.waiting() > 0 && std::chrono::steady_clock::now() < end) {
      loop_.restart();
      loop_.run_one_for(std::chrono::seconds(1));
    }
    loop_.poll();
    EXPECT_EQ(runner_.waiting(), 0u);
  }

  // Drives one operation to its end, as the server's queue does.
  void drive(std::shared_ptr<action::Operation> operation) {
    const action::Step* step = operation->step();
    if (step == nullptr) {
      failures_ += operation->outcome().ok() ? 0 : 1;
      return;
    }
    runner_.run(*step, [this, operation](bool ok) {
      operation->finish_step(ok);
      drive(operation);
    });
  }
  void drive(action::Operation operation) {
    drive(std::make_shared<action::Operation>(std::move(operation)));
  }

  boost::asio::io_context loop_;
  Log log_;
  NftAccess nft_{loop_, log_, GetParam()};
  StepRunner runner_{loop_, log_, nft_};
  int failures_ = 0;
};

using Oks = std::vector<bool>;

TEST_P(StepRunnerTest, RunsNftAndShellStepsInTheOrderGiven) {
  EXPECT_EQ(
      run({"nft add table inet t", "nft list tables | grep -q 'inet t'",
           "nft add set inet t s \\{ type ipv4_addr\\; flags interval\\; \\}",
           "nft add element inet t s \\{ 192.0.2.1 \\}",
           "nft add element inet t s \\{ 192.0.2.2 \\}",
           "nft delete element inet t s \\{ 192.0.2.3 \\}",
           "nft delete table inet none\nnft add table inet u",
           "nft delete table inet none && nft add table inet v", "nft list tables | grep -c ."}),
      (Oks{true, true, true, true, true, false, true, false, true}));
  EXPECT_EQ(elements("s"), "{ 192.0.2.1, 192.0.2.2 }\n");
  EXPECT_EQ(shell("nft list tables").text, "table inet t\ntable inet u\n");
}

TEST_P(StepRunnerTest, ANetworkOverAnAddressIsTakenInProcessOnly) {
  const bool library = GetParam() == NftMode::library;
  EXPECT_EQ(run({"nft add table inet t",
                 "nft add set inet t s \\{ type ipv4_addr\\; flags interval\\; \\}",
                 "nft add element inet t s \\{ 192.0.2.1 \\}",
                 "nft add element inet t s \\{ 192.0.2.0/24 \\}",
                 "nft delete element inet t s \\{ 192.0.2.1 \\}"}),
            (Oks{true, true, true, library, true}));
  EXPECT_EQ(elements("s"), library ? "{ 192.0.2.0/24 }\n" : "");
}

TEST_P(StepRunnerTest, FailuresAreLoggedInFail2bansWords) {
  run({"nft add table inet t", "nft delete element inet t none \\{ 192.0.2.1 \\}",
       "echo said; exit 3"});
  const std::string text = log_.text;
  EXPECT_EQ(text.substr(0, text.find("Error")),
            "ERROR fail2ban.utils exec: nft delete element inet t none \\{ 192.0.2.1 \\}\n"
            "ERROR fail2ban.utils stderr: '");
  EXPECT_NE(text.find("No such file or directory"), text.npos);
  EXPECT_NE(text.find("ERROR fail2ban.utils returned 1\n"
                      "ERROR fail2ban.utils exec: echo said; exit 3\n"
                      "ERROR fail2ban.utils stdout: 'said'\n"
                      "ERROR fail2ban.utils returned 3\n"),
            text.npos)
      << text;
}

TEST_P(StepRunnerTest, AnActionFromItsFirstBanToItsStop) {
  action::JailContext jail;
  jail.jail = "j";
  jail.log = &log_;
  jail.ipv6_allowed = [] { return true; };
  jail.values = [](std::string_view) { return std::nullopt; };
  action::CommandAction nft("nft", jail);
  const std::pair<const char*, const char*> properties[] = {
      {"actionstart",
       "nft add table inet <table>\n"
       "nft -- add chain inet <table> in \\{ type filter hook input priority -1 \\; \\}\n"
       "nft add set inet <table> <set> \\{ type <type>\\; flags interval\\; \\}\n"
       "nft add rule inet <table> in <ip-family> saddr @<set> drop"},
      {"actionban", "nft add element inet <table> <set> \\{ <ip> \\}"},
      {"actionunban", "nft delete element inet <table> <set> \\{ <ip> \\}"},
      {"actionflush", "nft flush set inet <table> <set>"},
      {"actioncheck", "nft list chain inet <table> in | grep -q '@<set> '"},
      {"actionstop",
       "for handle in $(nft -a list chain inet <table> in | sed -n 's/.*@<set> .*handle //p'); do\n"
       "  nft delete rule inet <table> in handle $handle\n"
       "done\n"
       "nft delete set inet <table> <set>\n"
       "nft list sets | grep -q 'set ' || nft delete table inet <table>"},
      {"table", "t"},
      {"set", "four"},
      {"type", "ipv4_addr"},
      {"ip-family", "ip"},
      {"set?family=inet6", "six"},
      {"type?family=inet6", "ipv6_addr"},
      {"ip-family?family=inet6", "ip6"}};
  for (const auto& [key, value] : properties) {
    ASSERT_TRUE(nft.definition().set(key, value).ok());
  }
  const auto subject = [](const std::string& address) {
    return action::Subject{action::scope_of(address), address,
                           [address](std::string_view tag) -> std::optional<std::string> {
                             return tag == "ip" ? std::optional(address) : std::nullopt;
                           }};
  };
  constexpr int kBans = 2000;
  const int bans = GetParam() == NftMode::library ? kBans : 20;
  drive(nft.ban(subject("192.0.2.1")));
  drive(nft.ban(subject("2001:db8::/64")));
  go();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < bans; ++i) {
    drive(nft.ban(subject("10.0." + std::to_string(i / 200) + "." + std::to_string(i % 200))));
  }
  go();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  std::cout << bans << " bans took " << took.count() << " ms\n";
  EXPECT_EQ(failures_, 0) << log_.text;
  EXPECT_EQ(shell("nft list set inet t four | grep -o '10[.][0-9.]*' | wc -l").text,
            std::to_string(bans) + "\n");
  EXPECT_EQ(shell("nft list set inet t six | grep -o 2001:db8::/64").text, "2001:db8::/64\n");

  drive(nft.unban(subject("192.0.2.1")));
  go();
  EXPECT_EQ(shell("nft list set inet t four | grep -c 192.0.2.1").text, "0\n");

  // somebody else empties the ruleset: the next ban fails, the check too, and all is set up again
  PrivateNet::nft("flush ruleset");
  drive(nft.ban(subject("192.0.2.7")));
  go();
  EXPECT_EQ(failures_, 0) << log_.text;
  EXPECT_EQ(jail.ban_epoch, 1);
  EXPECT_EQ(elements("four"), "{ 192.0.2.7 }\n");

  drive(nft.flush());
  go();
  EXPECT_EQ(elements("four"), "");
  drive(nft.stop());
  go();
  EXPECT_EQ(shell("nft list ruleset").text, "");
}

INSTANTIATE_TEST_SUITE_P(Modes, StepRunnerTest, testing::Values(NftMode::library, NftMode::shell),
                         [](const auto& mode) {
                           return mode.param == NftMode::library ? "Library" : "Shell";
                         });

}  // namespace
}  // namespace gaoler::server
