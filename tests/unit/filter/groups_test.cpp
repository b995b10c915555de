#include "filter/groups.h"

#include <gtest/gtest.h>

namespace gaoler::filter {
namespace {

TEST(Groups, KeepTheirOrderWhenReplacedAndLoseItWhenTakenOut) {
  Groups groups;
  groups.set("a", "1");
  groups.set("b", "2");
  groups.set("a", "3");
  EXPECT_EQ(groups.entries(), (std::vector<Groups::Entry>{{"a", "3"}, {"b", "2"}}));
  EXPECT_TRUE(groups.pop("a"));
  groups.set("a", "4");
  EXPECT_EQ(groups.entries(), (std::vector<Groups::Entry>{{"b", "2"}, {"a", "4"}}));
}

TEST(Groups, ThatDidNotTakePartNeverHideAValue) {
  Groups match;
  match.set("user", std::nullopt);
  match.set("ip4", "1.2.3.4");
  match.set("ip6", std::nullopt);
  Groups known;
  known.set("user", "bob");
  Groups merged = known;
  merged.merge(match, /*absent_too=*/false);
  EXPECT_EQ(merged.entries(), (std::vector<Groups::Entry>{{"user", "bob"}, {"ip4", "1.2.3.4"}}));
  merged = known;
  merged.merge(match, /*absent_too=*/true);
  EXPECT_EQ(merged.entries(), (std::vector<Groups::Entry>{
                                  {"user", "bob"}, {"ip4", "1.2.3.4"}, {"ip6", std::nullopt}}));
}

TEST(Groups, AreTruthyWhenTheyTookPartAndAreNotEmpty) {
  Groups groups;
  groups.set("none", std::nullopt);
  groups.set("empty", "");
  groups.set("text", "x");
  groups.set("names", std::set<std::string>{});
  EXPECT_FALSE(groups.truthy("none"));
  EXPECT_FALSE(groups.truthy("empty"));
  EXPECT_TRUE(groups.truthy("text"));
  EXPECT_FALSE(groups.truthy("names"));
  EXPECT_FALSE(groups.truthy("unknown"));
  EXPECT_EQ(groups.find("none"), nullptr);
  EXPECT_NE(groups.find("empty"), nullptr);
}

}  // namespace
}  // namespace gaoler::filter
