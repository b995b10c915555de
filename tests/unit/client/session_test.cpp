#include "client/session.h"

#include <fstream>
#include <gmock/gmock.h>

#include "small_server.h"

namespace gaoler::client {
namespace {

using protocol::Command;
using protocol::repr;
using test::SmallServer;
using testing::ElementsAre;

TEST(Session, AsksSeveralCommandsAndSaysGoodBye) {
  SmallServer server(
      [](const Command& command) { return SmallServer::reply(0, protocol::List{command}); });
  {
    auto session = Session::open(server.path(), 5);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(repr(session->ask({"echo", "a b"}, 5)->value), "['echo', 'a b']");
    EXPECT_EQ(repr(session->ask({"set", "j", true, 1.5}, -1)->value), "['set', 'j', True, 1.5]");
  }
  EXPECT_THAT(server.heard(),
              ElementsAre("['echo', 'a b']", "['set', 'j', True, 1.5]", "<F2B_CLOSE_COMMAND>"));
}

TEST(Session, ErrorsOfTheWayReadAsPythons) {
  EXPECT_EQ(Session::open("/nonexistent/socket", 1).error().message,
            "[Errno 2] No such file or directory");
  EXPECT_EQ(Session::open(std::string(200, 'x'), 1).error().message, "AF_UNIX path too long");
  SmallServer silent([](const Command&) { return std::string(); });
  EXPECT_EQ(Session::open(silent.path(), 1)->ask({"ping"}, 1).error().message,
            "[Errno 104] Connection reset by peer");
}

TEST(Session, DoesNotWaitLongerThanItsTimeout) {
  SmallServer half([](const Command&) { return std::string("half an answer"); });
  auto session = Session::open(half.path(), 0.05);
  EXPECT_EQ(session->ask({"ping"}, 0.05).error().message, "timed out");
}

TEST(Session, ARefusalIsAReply) {
  SmallServer server([](const Command&) {
    return SmallServer::reply(1, protocol::Exception{"builtins", "ValueError", {"no"}});
  });
  const auto reply = Session::open(server.path(), 5)->ask({"x"}, 5);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->code, 1);
  EXPECT_EQ(repr(reply->value), "ValueError('no')");
}

TEST(Session, LongRepliesArriveWhole) {
  protocol::List many;
  for (int i = 0; i < 20000; ++i)
    many.items.emplace_back(protocol::Address{"10.0.0." + std::to_string(i)});
  SmallServer server([&](const Command&) { return SmallServer::reply(0, many); });
  const auto reply = Session::open(server.path(), 5)->ask({"banned"}, 5);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->value == protocol::Value(many));
}

}  // namespace
}  // namespace gaoler::client
