#include "action/definition.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace gaoler::action {
namespace {

using Names = std::vector<std::string>;

TEST(Definition, ReadsBackWhatWasSet) {
  Definition definition;
  ASSERT_TRUE(definition.set("actionban", "ban <ip>").ok());
  ASSERT_TRUE(definition.set("norestored", true).ok());
  ASSERT_TRUE(definition.set("addr?family=inet6", "x").ok());
  EXPECT_EQ(*definition.get("actionban"), Property("ban <ip>"));
  EXPECT_EQ(*definition.get("norestored"), Property(true));
  EXPECT_EQ(*definition.get("addr?family=inet6"), Property("x"));
  EXPECT_EQ(*definition.get("actionstop"), Property(""));
  EXPECT_EQ(definition.get("none").error().message,
            "'CommandAction' object has no attribute 'none'");
}

TEST(Definition, TimeoutIsASpanOfTimeAndBantimeIsIgnored) {
  Definition definition;
  EXPECT_EQ(definition.timeout(), 60);
  ASSERT_TRUE(definition.set("timeout", "2m").ok());
  ASSERT_TRUE(definition.set("bantime", "600").ok());
  EXPECT_EQ(*definition.get("timeout"), Property(int64_t{120}));
  EXPECT_EQ(definition.timeout(), 120);
  EXPECT_FALSE(definition.set("timeout", "soon").ok());
  EXPECT_EQ(definition.timeout(), 120);
  EXPECT_FALSE(definition.get("bantime").ok());
}

TEST(Definition, ListsPropertiesAsFail2banDoes) {
  Definition definition;
  ASSERT_TRUE(definition.set("foo", "1").ok());
  ASSERT_TRUE(definition.set("addr?family=inet6", "2").ok());
  EXPECT_EQ(definition.property_names(),
            (Names{"ESCAPE_CRE", "ESCAPE_VN_CRE", "actionban", "actioncheck", "actionflush",
                   "actionreban", "actionreload", "actionrepair", "actionstart", "actionstop",
                   "actionunban", "addr?family=inet6", "banEpoch", "foo", "timeout"}));
  const Names methods = Definition::method_names();
  EXPECT_TRUE(std::is_sorted(methods.begin(), methods.end()));
  EXPECT_EQ(methods.size(), 15u);
}

TEST(Definition, ResetKeepsInitKeys) {
  Definition definition;
  ASSERT_TRUE(definition.set("actionban", "x").ok());
  ASSERT_TRUE(definition.set("port", "22").ok());
  definition.reset_commands();
  EXPECT_EQ(definition.text("actionban"), "");
  EXPECT_EQ(definition.text("port"), "22");
}

TEST(Definition, StartsOnDemandWithFamilyVariantsUnlessTold) {
  Definition definition;
  EXPECT_FALSE(definition.starts_on_demand());
  ASSERT_TRUE(definition.set("addr?family=inet6", "x").ok());
  EXPECT_TRUE(definition.starts_on_demand());
  ASSERT_TRUE(definition.set("actionstart_on_demand", false).ok());
  EXPECT_FALSE(definition.starts_on_demand());
}

TEST(Definition, ExpandedTextsFollowChanges) {
  Definition definition;
  ASSERT_TRUE(definition.set("actionban", "ban <set> <ip>").ok());
  ASSERT_TRUE(definition.set("set", "s4").ok());
  ASSERT_TRUE(definition.set("set?family=inet6", "s6").ok());
  EXPECT_EQ(*definition.expanded("actionban", Scope::inet6), "ban s6 <ip>");
  EXPECT_EQ(*definition.expanded("actionban", Scope::other), "ban s4 <ip>");
  const auto revision = definition.revision();
  ASSERT_TRUE(definition.set("set", "s44").ok());
  EXPECT_EQ(*definition.expanded("actionban", Scope::inet4), "ban s44 <ip>");
  EXPECT_GT(definition.revision(), revision);
}

TEST(PropertyText, IsPythons) {
  const std::pair<Property, const char*> cases[] = {{true, "True"},      {false, "False"},
                                                    {int64_t{-5}, "-5"}, {1.5, "1.5"},
                                                    {2.0, "2.0"},        {"x", "x"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(property_text(value), text);
}

}  // namespace
}  // namespace gaoler::action
