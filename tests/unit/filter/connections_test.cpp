#include "filter/connections.h"

#include <gtest/gtest.h>

namespace gaoler::filter {
namespace {

using Named = std::vector<std::pair<const char*, const char*>>;

Groups groups(const Named& named) {
  Groups result;
  for (const auto& [name, value] : named) result.set(name, std::string(value));
  return result;
}

std::vector<MatchedLine> line(const char* text) {
  return {{"", "", text}};
}

std::vector<std::string> texts(const std::vector<MatchedLine>& lines) {
  std::vector<std::string> result;
  for (const MatchedLine& l : lines) result.push_back(l.text());
  return result;
}

using Texts = std::vector<std::string>;

TEST(Connections, AddWhatLaterLinesKnow) {
  Connections connections;
  connections.merge("c1", groups({{"ip4", "1.2.3.4"}, {"nofail", "from"}}), line("connect"), 0);
  Attempt& attempt = connections.merge("c1", groups({{"user", "bob"}}), line("failed"), 1);
  EXPECT_TRUE(attempt.is_failure());
  EXPECT_EQ(*attempt.groups.text("ip4"), "1.2.3.4");
  EXPECT_EQ(texts(attempt.lines), (Texts{"connect", "failed"}));
  // What was reported is not reported again.
  EXPECT_EQ(texts(connections.merge("c1", groups({{"user", "bob"}}), line("again"), 2).lines),
            Texts{"again"});
}

TEST(Connections, KeepPendingLinesUntilTheAddressComes) {
  Connections connections;
  connections.merge("c1", groups({{"user", "bob"}}), line("failed"), 0).pending = true;
  Attempt& attempt = connections.merge("c1", groups({{"ip4", "1.2.3.4"}, {"nofail", "closed"}}),
                                       line("closed"), 1);
  EXPECT_TRUE(attempt.is_failure());
  EXPECT_EQ(texts(attempt.lines), (Texts{"failed", "closed"}));
}

TEST(Connections, AForgottenConnectionStartsAnew) {
  Connections connections;
  connections.merge("c1", groups({{"ip4", "1.2.3.4"}}), line("a"), 0);
  connections.merge("c1", groups({{"mlfforget", "end"}, {"nofail", "end"}}), line("end"), 1);
  EXPECT_EQ(connections.merge("c1", groups({{"user", "bob"}}), line("b"), 2).groups.text("ip4"),
            nullptr);
}

TEST(Connections, ASuccessfulLoginClearsPendingUnlessUsersWereTried) {
  Connections connections;
  const Named gained = {{"mlfgained", "Accepted"}, {"user", "bob"}};
  connections.merge("c1", groups({{"user", "bob"}}), line("failed"), 0).pending = true;
  EXPECT_FALSE(connections.merge("c1", groups(gained), line("accepted"), 1).is_failure());
  connections.merge("c2", groups({{"user", "eve"}}), line("failed"), 0).pending = true;
  Attempt& attempt = connections.merge("c2", groups(gained), line("accepted"), 1);
  EXPECT_TRUE(attempt.is_failure());
  EXPECT_EQ(*attempt.groups.find("users"), GroupValue(std::set<std::string>{"bob", "eve"}));
}

TEST(Connections, CountUsersMadeOfParts) {
  Connections connections;
  Groups first, second;
  first.set("user", GroupValue(std::vector<std::optional<std::string>>{std::nullopt, "bob"}));
  second.set("user", GroupValue(std::vector<std::optional<std::string>>{"eve", "bob"}));
  second.set("nofail", GroupValue("seen"));
  connections.merge("c1", first, line("a"), 0);
  Attempt& attempt = connections.merge("c1", second, line("b"), 1);
  EXPECT_TRUE(attempt.is_failure());
  EXPECT_EQ(*attempt.groups.find("users"),
            GroupValue(std::set<std::string>{"(None, 'bob')", "('eve', 'bob')"}));
}

TEST(Connections, AreKeptForFiveMinutesAndAHundredAtATime) {
  Connections connections;
  connections.merge("old", groups({{"ip4", "1.2.3.4"}}), line("a"), 0);
  EXPECT_NE(connections.merge("old", groups({}), line("b"), 299).groups.text("ip4"), nullptr);
  EXPECT_EQ(connections.merge("old", groups({}), line("c"), 300).groups.text("ip4"), nullptr);
  connections.merge("first", groups({{"ip4", "1.2.3.4"}}), line("a"), 300);
  for (size_t i = 0; i < Connections::kMaxConnections; ++i) {
    connections.merge("c" + std::to_string(i), groups({}), line("x"), 300);
  }
  EXPECT_EQ(connections.merge("first", groups({}), line("b"), 300).groups.text("ip4"), nullptr);
}

TEST(Connections, KeepTheNewestLinesOfALongOne) {
  Connections connections;
  for (size_t i = 0; i < Connections::kMaxLines + 5; ++i) {
    connections.merge("c", groups({{"nofail", "x"}}), line(std::to_string(i).c_str()), 0);
  }
  Attempt& attempt = connections.merge("c", groups({}), line("last"), 0);
  EXPECT_EQ(attempt.lines.size(), Connections::kMaxLines);
  EXPECT_EQ(attempt.lines.front().text(), "6");
  EXPECT_EQ(attempt.lines.back().text(), "last");
}

}  // namespace
}  // namespace gaoler::filter
