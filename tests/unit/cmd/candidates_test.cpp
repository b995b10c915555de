#include "cmd/candidates.h"

#include <gmock/gmock.h>

namespace gaoler::cmd {
namespace {

using protocol::Address;
using protocol::Command;
using protocol::Dict;
using protocol::List;
using protocol::Tuple;
using protocol::Value;
using testing::ElementsAre;
using testing::IsEmpty;

using Words = std::vector<std::string>;

// A server with the jails sshd and web, which bans two addresses and a name nobody should type.
std::optional<Value> server(const Command& command) {
  if (command == Command{"status"}) {
    return List{{Tuple{{"Number of jail", 2}}, Tuple{{"Jail list", "sshd, web"}}}};
  }
  const Value banned = List{{Address{"192.0.2.1"}, Address{"2001:db8::1"}, "x; reboot"}};
  if (command == Command{"banned"})
    return List{{Dict{{{"sshd", banned}}}, Dict{{{"web", List{}}}}}};
  if (command == Command{"get", "sshd", "banned"}) return banned;
  if (command == Command{"get", "sshd", "actions"}) return List{{"mail", "nftables"}};
  if (command == Command{"get", "sshd", "actionproperties", "mail"}) return List{{"dest", "name"}};
  if (command == Command{"get", "sshd", "actionmethods", "mail"}) return List{{"ban", "flush"}};
  return std::nullopt;
}

TEST(Candidates, FollowTheWordsBefore) {
  const struct {
    Words before;
    std::string begun;
    Words wanted;
  } cases[] = {
      {{}, "sta", {"start", "statistics", "stats", "status"}},
      {{"status"}, "", {"--all", "sshd", "web"}},
      {{"status", "sshd"}, "s", {"short", "stats"}},
      {{"stop"}, "w", {"web"}},
      {{"reload", "--restart"},
       "",
       {"--all", "--if-exists", "--restart", "--unban", "sshd", "web"}},
      {{"banned"}, "", {"192.0.2.1", "2001:db8::1"}},
      {{"unban", "192.0.2.1"}, "2", {"2001:db8::1"}},
      {{"get"}, "db", {"dbfile", "dbmaxmatches", "dbpurgeage"}},
      {{"get", "loglevel"}, "", {}},
      {{"set", "loglevel"}, "T", {"TRACEDEBUG"}},
      {{"set", "sshd", "unbanip"}, "", {"--report-absent", "192.0.2.1", "2001:db8::1"}},
      {{"set", "sshd", "unbanip", "--report-absent"}, "1", {"192.0.2.1"}},
      {{"set", "sshd", "delaction"}, "", {"mail", "nftables"}},
      {{"get", "sshd", "action", "mail"}, "", {"dest", "name"}},
      {{"set", "sshd", "action", "mail"}, "", {"ban", "dest", "flush", "name"}},
      {{"nonsense"}, "", {}},
      {{"ping", "5"}, "", {}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(candidates(c.before, c.begun, server), c.wanted) << testing::PrintToString(c.before);
  }
}

TEST(Candidates, AreTheWordsAloneWithoutAServer) {
  const Ask nobody = [](const Command&) { return std::nullopt; };
  EXPECT_THAT(candidates({"status"}, "", nobody), ElementsAre("--all"));
  EXPECT_THAT(candidates({"stop"}, "", nobody), IsEmpty());
}

TEST(Candidates, AnAnswerOfAnotherShapeIsNoHarm) {
  const Ask odd = [](const Command&) { return std::optional<Value>(Dict{{{1, 2.5}}}); };
  EXPECT_THAT(candidates({"stop"}, "", odd), IsEmpty());
}

TEST(CommonBeginning, IsWhatAllShare) {
  EXPECT_EQ(common_beginning({}), "");
  EXPECT_EQ(common_beginning({"status"}), "status");
  EXPECT_EQ(common_beginning({"statistics", "stats", "status"}), "stat");
  EXPECT_EQ(common_beginning({"start", "banned"}), "");
}

}  // namespace
}  // namespace gaoler::cmd
