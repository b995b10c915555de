#include "action/command_action.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace gaoler::action {
namespace {

using Texts = std::vector<std::string>;

// Drives operations, noting each text; those in `failing` do not succeed.
struct Driver {
  Texts ran;
  Texts failing;

  base::Result<void> run(Operation operation) {
    while (const Step* step = operation.step()) {
      ran.push_back(step->text);
      const bool fails = std::find(failing.begin(), failing.end(), step->text) != failing.end();
      operation.finish_step(!fails);
    }
    return operation.outcome();
  }
};

class ActionTest : public testing::Test {
 protected:
  ActionTest() {
    jail_.jail = "j";
    jail_.log = &log_;
    jail_.ipv6_allowed = [] { return true; };
    jail_.values = [](std::string_view) { return std::nullopt; };
  }

  void set(const char* key, Property value) {
    ASSERT_TRUE(action_.definition().set(key, std::move(value)).ok());
  }
  static Subject subject(const std::string& address) {
    return {scope_of(address), address,
            [address](std::string_view tag) -> std::optional<std::string> {
              return tag == "ip" ? std::optional(address) : std::nullopt;
            }};
  }

  base::NullLogSink log_;
  JailContext jail_;
  CommandAction action_{"a", jail_};
  Driver driver_;
};

TEST_F(ActionTest, StartsOnDemandOncePerFamily) {
  set("actionstart", "start <set>");
  set("actionban", "ban <set> <ip>");
  set("actionunban", "unban <set> <ip>");
  set("actionflush", "flush <set>");
  set("actionstop", "stop <set>");
  set("set", "s4");
  set("set?family=inet6", "s6");
  EXPECT_TRUE(driver_.run(action_.start()).ok());
  EXPECT_TRUE(driver_.run(action_.unban(subject("192.0.2.9"))).ok());
  for (const char* address : {"192.0.2.1", "192.0.2.2", "2001:db8::1"}) {
    EXPECT_TRUE(driver_.run(action_.ban(subject(address))).ok());
  }
  EXPECT_TRUE(driver_.run(action_.unban(subject("192.0.2.1"))).ok());
  EXPECT_TRUE(driver_.run(action_.flush()).ok());
  EXPECT_TRUE(driver_.run(action_.flush()).ok());
  EXPECT_TRUE(driver_.run(action_.stop()).ok());
  EXPECT_TRUE(driver_.run(action_.stop()).ok());
  EXPECT_EQ(driver_.ran, (Texts{"start s4", "ban s4 192.0.2.1", "ban s4 192.0.2.2", "start s6",
                                "ban s6 2001:db8::1", "unban s4 192.0.2.1", "flush s4", "flush s6",
                                "stop s4", "stop s6"}));
}

TEST_F(ActionTest, NothingHappensBeforeTheFirstStepIsAskedFor) {
  set("actionstart", "start");
  set("actionban", "ban <ip>");
  set("actionstart_on_demand", true);
  Operation never_run = action_.ban(subject("192.0.2.1"));
  Operation first = action_.ban(subject("192.0.2.2"));
  ASSERT_NE(first.step(), nullptr);
  EXPECT_EQ(first.step()->text, "start");
  EXPECT_EQ(first.step()->text, "start");
  first.finish_step(true);
  EXPECT_EQ(first.step()->text, "ban 192.0.2.2");
}

TEST_F(ActionTest, AnOperationMayBeDroppedHalfWay) {
  set("actionstart", "start");
  set("actionban", "ban <ip>");
  set("actionstart_on_demand", true);
  {
    Operation dropped = action_.ban(subject("192.0.2.1"));
    ASSERT_NE(dropped.step(), nullptr);
  }
  EXPECT_TRUE(driver_.run(action_.ban(subject("192.0.2.1"))).ok());
  EXPECT_EQ(driver_.ran, (Texts{"start", "ban 192.0.2.1"}));
}

TEST_F(ActionTest, FailedBanWithoutCheckIsTriedTwice) {
  set("actionban", "ban <ip>");
  driver_.failing = {"ban 192.0.2.1"};
  const auto outcome = driver_.run(action_.ban(subject("192.0.2.1")));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "Error banning 192.0.2.1");
  EXPECT_EQ(driver_.ran, (Texts{"ban 192.0.2.1", "ban 192.0.2.1"}));
}

TEST_F(ActionTest, BrokenEnvironmentIsRestartedAndRaisesTheEpoch) {
  set("actionstart", "start");
  set("actionstop", "stop");
  set("actioncheck", "check");
  set("actionban", "ban <ip>");
  set("x?family=inet6", "");
  driver_.failing = {"ban 192.0.2.1", "check"};
  const auto outcome = driver_.run(action_.ban(subject("192.0.2.1")));
  EXPECT_EQ(driver_.ran, (Texts{"start", "ban 192.0.2.1", "check", "stop", "start", "check"}));
  EXPECT_FALSE(outcome.ok());
  EXPECT_EQ(action_.ban_epoch(), 1);
  EXPECT_EQ(jail_.ban_epoch, 1);
}

TEST_F(ActionTest, FailedStartKeepsTheBanFromRunning) {
  set("actionstart", "start");
  set("actionban", "ban <ip>");
  set("actionstart_on_demand", true);
  driver_.failing = {"start"};
  const auto outcome = driver_.run(action_.ban(subject("192.0.2.1")));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "Error starting action Jail('j')/a: 'Script error'");
  EXPECT_EQ(driver_.ran, Texts{"start"});
}

}  // namespace
}  // namespace gaoler::action
