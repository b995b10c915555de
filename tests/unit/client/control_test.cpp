#include "client/control.h"

#include <fstream>
#include <gmock/gmock.h>

#include "protocol/repr.h"
#include "small_server.h"

namespace gaoler::client {
namespace {

using protocol::Command;
using protocol::Exception;
using protocol::Value;
using test::SmallServer;
using testing::ElementsAre;
using testing::IsEmpty;

// Keeps what is logged, as "LEVEL text".
class Notes final : public base::LogSink {
 public:
  bool enabled(base::LogLevel) const override { return true; }
  void write(base::LogLevel level, std::string_view, std::string_view text) override {
    lines.push_back(std::string(base::log_level_name(level)) + " " + std::string(text));
  }
  std::vector<std::string> lines;
};

struct RunResult {
  bool good = false;
  std::vector<std::string> printed;
  std::vector<std::string> logged;
  int spawned = 0;
};

RunResult run(const std::string& socket, const std::vector<std::string>& words,
              bool configuration_is_good = true, const std::vector<Command>& additions = {}) {
  RunResult result;
  Notes notes;
  Control control({
      .socket = socket,
      .timeout = 0.2,
      .log = notes,
      .print = [&](const std::string& line) { result.printed.push_back(line); },
      .read_stream = [&](const std::optional<std::string>& jail) -> std::optional<Orders> {
        if (!configuration_is_good) return std::nullopt;
        return Orders{{{"add", jail.value_or("all")}}, additions};
      },
      .spawn_server = [&] { return ++result.spawned, true; },
  });
  result.good = control.run(words);
  result.logged = notes.lines;
  return result;
}

std::string echo(const Command& command) {
  return SmallServer::reply(0, protocol::List{command});
}

TEST(Control, SendsACommandAsItIsAndPrintsTheReply) {
  SmallServer server([](const Command&) { return SmallServer::reply(0, 3); });
  const RunResult result =
      run(server.path(), {"set", "j", "unbanip", "--report-absent", "192.0.2.1"});
  EXPECT_TRUE(result.good);
  EXPECT_THAT(result.printed, ElementsAre("3"));
  EXPECT_THAT(server.heard(), ElementsAre("['set', 'j', 'unbanip', '--report-absent', '192.0.2.1']",
                                          "<F2B_CLOSE_COMMAND>"));
}

TEST(Control, ARefusalIsLoggedAndExplained) {
  SmallServer server([](const Command&) {
    return SmallServer::reply(1, Exception{"fail2ban.exceptions", "UnknownJailException", {"x"}});
  });
  const RunResult result = run(server.path(), {"status", "x"});
  EXPECT_FALSE(result.good);
  EXPECT_THAT(result.logged, ElementsAre("ERROR NOK: ('x',)"));
  EXPECT_THAT(result.printed, ElementsAre("Sorry but the jail 'x' does not exist"));
}

TEST(Control, ReloadSendsTheConfigurationOfOneJailOrAll) {
  SmallServer server(echo);
  EXPECT_TRUE(run(server.path(), {"reload"}).good);
  EXPECT_TRUE(run(server.path(), {"restart", "--unban", "sshd"}).good);
  EXPECT_THAT(
      server.heard(),
      ElementsAre("['ping']", "<F2B_CLOSE_COMMAND>", "['reload', '--all', [], [['add', 'all']]]",
                  "<F2B_CLOSE_COMMAND>", "['ping']", "<F2B_CLOSE_COMMAND>",
                  "['reload', 'sshd', ['--restart', '--unban'], [['add', 'sshd']]]",
                  "<F2B_CLOSE_COMMAND>"));
}

TEST(Control, WhatOnlyOurServerUnderstandsStandsBehindTheConfiguration) {
  SmallServer server(echo);
  EXPECT_TRUE(
      run(server.path(), {"reload"}, true, {{"set", "all", "addlogglob", "/l/*", "head"}}).good);
  EXPECT_THAT(server.heard(), ElementsAre("['ping']", "<F2B_CLOSE_COMMAND>",
                                          "['reload', '--all', [], [['add', 'all']], "
                                          "[['set', 'all', 'addlogglob', '/l/*', 'head']]]",
                                          "<F2B_CLOSE_COMMAND>"));
}

TEST(Control, ReloadNeedsAServerOneJailAndAGoodConfiguration) {
  EXPECT_THAT(run("/nonexistent", {"reload"}).logged, ElementsAre("ERROR Could not find server"));
  EXPECT_THAT(run("/nonexistent", {"reload", "a", "b"}).logged,
              ElementsAre("ERROR Unexpected argument(s) for reload: ['a', 'b']"));
  SmallServer server(echo);
  EXPECT_FALSE(run(server.path(), {"reload"}, false).good);
  EXPECT_THAT(server.heard(), ElementsAre("['ping']", "<F2B_CLOSE_COMMAND>"));
}

TEST(Control, StartRefusesWhereAServerAnswers) {
  SmallServer server(echo);
  const RunResult result = run(server.path(), {"start"});
  EXPECT_FALSE(result.good);
  EXPECT_EQ(result.spawned, 0);
  EXPECT_THAT(result.logged, ElementsAre("ERROR Server already running"));
}

TEST(Control, StartRefusesAnOldSocketAndABadConfiguration) {
  std::ofstream(testing::TempDir() + "/old_socket");
  const RunResult old = run(testing::TempDir() + "/old_socket", {"start"});
  EXPECT_THAT(
      old.logged,
      ElementsAre(
          "ERROR Fail2ban seems to be in unexpected state (not running but the socket exists)"));
  const RunResult bad = run("/nonexistent", {"start"}, false);
  EXPECT_THAT(bad.logged, IsEmpty());
  EXPECT_EQ(old.spawned + bad.spawned, 0);
}

TEST(Control, StartGivesUpOnAServerThatDoesNotComeUp) {
  const RunResult result = run("/nonexistent", {"start"});
  EXPECT_FALSE(result.good);
  EXPECT_EQ(result.spawned, 1);
  EXPECT_THAT(
      result.logged,
      ElementsAre("ERROR Could not start server. Maybe an old socket file is still present. "
                  "Try to remove /nonexistent. If you used fail2ban-client to start the "
                  "server, adding the -x option will do it"));
}

TEST(Control, RestartWaitsUntilTheOldServerHasTidiedUp) {
  const std::string socket = testing::TempDir() + "/socket_of_old_server";
  std::ofstream(socket).close();
  std::thread tidying_up([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    ::unlink(socket.c_str());
  });
  const RunResult result = run(socket, {"restart"});
  tidying_up.join();
  EXPECT_EQ(result.spawned, 1) << testing::PrintToString(result.logged);
}

TEST(Control, AnUnreachableServerIsExplained) {
  EXPECT_THAT(
      run("/nonexistent", {"status"}).logged,
      ElementsAre("ERROR Failed to access socket path: /nonexistent. Is fail2ban running?"));
  const std::string stale = testing::TempDir() + "/stale_socket";
  std::ofstream(stale).close();
  EXPECT_THAT(
      run(stale, {"status"}).logged,
      ElementsAre(
          "ERROR [[Errno 111] Connection refused] Unable to contact server. Is it running?"));
  EXPECT_THAT(run(stale, {"ping"}).logged, ElementsAre("ERROR [Errno 111] Connection refused"));
  EXPECT_THAT(run(stale, {"ping", "x"}).logged,
              ElementsAre("ERROR could not convert string to float: 'x'"));
}

}  // namespace
}  // namespace gaoler::client
