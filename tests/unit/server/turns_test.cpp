#include "server/turns.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace gaoler::server {
namespace {

TEST(Turns, OneAtATimeInTheOrderOfAsking) {
  boost::asio::io_context loop;
  Turns turns(loop);
  std::string order;
  Turns::Token held;
  const auto ask = [&](char name) {
    turns.ask([&, name](Turns::Token turn) {
      order += name;
      held = std::move(turn);
    });
  };
  ask('a');
  ask('b');
  ask('c');
  loop.run();
  EXPECT_EQ(order, "a") << "the first is still at it";
  for (const char* so_far : {"ab", "abc"}) {
    held.reset();
    loop.restart();
    loop.run();
    EXPECT_EQ(order, so_far);
  }
  held.reset();
  ask('d');
  loop.restart();
  loop.run();
  EXPECT_EQ(order, "abcd");
}

TEST(Turns, ATokenMayOutliveThem) {
  boost::asio::io_context loop;
  std::optional<Turns> turns(loop);
  Turns::Token held;
  bool called = false;
  turns->ask([&](Turns::Token turn) { held = std::move(turn); });
  turns->ask([&](const Turns::Token&) { called = true; });
  turns.reset();
  held.reset();
  loop.run();
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace gaoler::server
