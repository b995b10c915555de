#include "jail/ignore_list.h"

#include <gtest/gtest.h>

namespace gaoler::jail {
namespace {

using Words = std::vector<std::string>;

base::Network net(std::string_view text) {
  return *base::Network::parse(text);
}

IgnoreList list_of(const Words& words) {
  IgnoreList list;
  for (const auto& word : words) EXPECT_TRUE(list.add(word)) << word;
  return list;
}

std::optional<std::vector<base::Network>> no_names(std::string_view name) {
  ADD_FAILURE() << "asked for " << name;
  return std::nullopt;
}

TEST(IgnoreList, PrintsNetworksAndNamesInTheirOrderThenSingleAddresses) {
  const IgnoreList list =
      list_of({"192.0.2.9", "host.example", "127.0.0.1/8", "::1", "file:/etc/x", "192.0.2.1"});
  EXPECT_EQ(list.words(),
            (Words{"host.example", "127.0.0.0/8", "file:/etc/x", "192.0.2.9", "::1", "192.0.2.1"}));
}

TEST(IgnoreList, TakesNoEmptyWordAndNothingTwice) {
  IgnoreList list = list_of({"192.0.2.1", "10.0.0.0/8", "host.example"});
  for (const char* word : {"", "192.0.2.1", "[::ffff:192.0.2.1]", "10.9.9.9/8", "host.example"}) {
    EXPECT_FALSE(list.add(word)) << word;
  }
}

TEST(IgnoreList, RemovesOneOrAll) {
  IgnoreList list = list_of({"192.0.2.1", "10.0.0.0/8", "host.example", "file:/x"});
  EXPECT_TRUE(list.remove("10.1.2.3/8").ok());
  EXPECT_TRUE(list.remove("192.0.2.1").ok());
  EXPECT_EQ(list.remove("192.0.2.1").error().message, "list.remove(x): x not in list");
  EXPECT_EQ(list.words(), (Words{"host.example", "file:/x"}));
  EXPECT_FALSE(
      list.check("10.1.1.1", {}, [](auto) { return std::vector<base::Network>{}; }).ignored());
  list.clear();
  EXPECT_EQ(list.words(), Words{});
}

TEST(IgnoreList, SaysWhichRuleSparesAnId) {
  IgnoreList list =
      list_of({"192.0.2.1", "10.0.0.0/24", "host.example", "file:/sets/a", "fe80::/10"});
  list.set_file_content("/sets/a", IgnoreSet::parse("198.51.100.0/24").set);
  IgnoreSet own;
  own.add(net("203.0.113.1"));
  const auto resolved = [](std::string_view) {
    return std::optional(std::vector{net("203.0.113.77")});
  };
  struct Case {
    const char* id;
    IgnoredBy by;
    const char* source;
  };
  const Case cases[] = {
      {"203.0.113.1", IgnoredBy::self, "ignoreself rule"},
      {"192.0.2.1", IgnoredBy::ip, "ip"},
      {"192.0.2.2", IgnoredBy::nothing, ""},
      {"10.0.0.77", IgnoredBy::ip, "ip"},
      {"10.0.0.0/8", IgnoredBy::ip, "ip"},  // wider, but its base lies inside
      {"10.0.1.0/24", IgnoredBy::nothing, ""},
      {"fe80::1", IgnoredBy::ip, "ip"},
      {"198.51.100.9", IgnoredBy::file, "file:/sets/a"},
      {"203.0.113.77", IgnoredBy::dns, "dns"},
      {"host.example", IgnoredBy::nothing, ""},
      {"bob", IgnoredBy::nothing, ""},
  };
  for (const Case& test : cases) {
    const IgnoreDecision decision = list.check(test.id, own, resolved);
    EXPECT_EQ(decision.by, test.by) << test.id;
    EXPECT_EQ(decision.source, test.source) << test.id;
    EXPECT_EQ(decision.unresolved, Words{}) << test.id;
  }
  list.set_ignore_self(false);
  EXPECT_FALSE(list.check("203.0.113.1", own, resolved).ignored());
}

TEST(IgnoreList, AsksForNamesOnlyWhenNothingElseDecides) {
  const IgnoreList list = list_of({"a.example", "10.0.0.0/8", "b.example"});
  EXPECT_TRUE(list.has_names());
  EXPECT_EQ(list.check("10.1.1.1", {}, no_names).source, "ip");
  const auto unknown = [](std::string_view name) -> std::optional<std::vector<base::Network>> {
    if (name == "a.example") return std::nullopt;
    return std::vector<base::Network>{};
  };
  const IgnoreDecision decision = list.check("192.0.2.1", {}, unknown);
  EXPECT_FALSE(decision.ignored());
  EXPECT_EQ(decision.unresolved, Words{"a.example"});
}

TEST(IgnoreSet, ReadsFilesOfWordsWithComments) {
  const auto parsed = IgnoreSet::parse(
      "# own\n192.0.2.1,192.0.2.2 198.51.100.0/24 ; "
      "more\r\n\n2001:db8::/32#x\nnonsense,192.0.2.1\n");
  EXPECT_EQ(parsed.set.size(), 4u);
  EXPECT_EQ(parsed.skipped, 1u);
  for (const char* id : {"192.0.2.1", "192.0.2.2", "198.51.100.7", "2001:db8:1::"}) {
    EXPECT_TRUE(parsed.set.covers(net(id))) << id;
  }
  EXPECT_FALSE(parsed.set.covers(net("192.0.2.3")));
}

}  // namespace
}  // namespace gaoler::jail
