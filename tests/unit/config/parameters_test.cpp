#include "config/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gaoler::config {
namespace {

using testing::ElementsAre;

TEST(Parameters, ActionsAreSeparatedByBlanksOutsideOfBrackets) {
  EXPECT_THAT(split_actions("a b\n  c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_actions("a[x=1, y=\"2 3\"] b"), ElementsAre("a[x=1, y=\"2 3\"]", "b"));
  EXPECT_THAT(split_actions("a[x='1 ]',\n  y=2][z=3]\nb[]"),
              ElementsAre("a[x='1 ]',\n  y=2][z=3]", "b[]"));
  EXPECT_THAT(split_actions("a [x=1]"), ElementsAre("a [x=1]"));
  EXPECT_THAT(split_actions("a[x=1 b"), ElementsAre("a[x=1", "b"));
  EXPECT_THAT(split_actions("  "), ElementsAre());
}

TEST(Parameters, TakesANameAndItsParametersApart) {
  base::Result<NameWithParameters> parsed =
      parse_name_with_parameters("a-b[x=1, y=\" 2, ]\", z='\"'][x = 3,m=4;5 6,x=7,]");
  EXPECT_EQ(parsed.ok(), false);
  parsed = parse_name_with_parameters("a-b[x=1, y=\" 2, ]\", z='\"'][m=4;5 6,x=7,]");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->name, "a-b");
  EXPECT_EQ(parsed->parameters,
            (Parameters{{"x", "7"}, {"y", "2, ]"}, {"z", "\""}, {"m", "4;5 6"}}));
}

TEST(Parameters, ConditionalParametersAreUnderstood) {
  base::Result<NameWithParameters> parsed =
      parse_name_with_parameters("a[set?family=inet6=\"v6\", set=v4]");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->parameters, (Parameters{{"set?family=inet6", "v6"}, {"set", "v4"}}));
}

TEST(Parameters, MistakesAreToldAsFail2banTellsThem) {
  auto error = [](std::string_view text) {
    return parse_name_with_parameters(text).error().message;
  };
  EXPECT_EQ(error("a[x=1"), "unexpected option syntax");
  EXPECT_EQ(error(""), "unexpected option syntax");
  EXPECT_EQ(error("a[x=\"1\" y=2]"), "unexpected syntax at 5 after option 'x':  y=2");
  EXPECT_EQ(error("a[x]"), "expected option, wrong syntax at 0: x");
}

TEST(Parameters, AmbiguousTextsDoNotTakeForEver) {
  std::string text = "a[";
  for (int i = 0; i < 20000; ++i) text += "a=";
  EXPECT_THAT(split_actions(text), ElementsAre(text));
}

}  // namespace
}  // namespace gaoler::config
