#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gaoler::base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Text, TrimDropsOnlyAtTheEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim_left("  a "), "a ");
  EXPECT_EQ(trim_right("  a "), "  a");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("'a'", "'"), "a");
}

TEST(Text, SplitKeepsEmptyPieces) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split(",", ','), ElementsAre("", ""));
}

TEST(Text, SplitAnyGivesWords) {
  EXPECT_THAT(split_any("  a \t b\n"), ElementsAre("a", "b"));
  EXPECT_THAT(split_any("a, b,,c", ", "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_any("   "), IsEmpty());
}

TEST(Text, JoinPutsSeparatorsBetween) {
  EXPECT_EQ(join(std::vector<std::string>{"a", "b"}, ", "), "a, b");
  EXPECT_EQ(join(std::vector<std::string_view>{"a"}, ", "), "a");
  EXPECT_EQ(join(std::vector<std::string>{}, ", "), "");
}

TEST(Text, CaseRulesAreAsciiOnly) {
  EXPECT_EQ(to_lower("ABZ\xc3\x84z"), "abz\xc3\x84z");
  EXPECT_EQ(to_upper("abz\xc3\xa4Z"), "ABZ\xc3\xa4Z");
  EXPECT_TRUE(equals_ignoring_case("SSHD", "sshd"));
  EXPECT_FALSE(equals_ignoring_case("sshd", "sshd2"));
}

TEST(Text, ReplaceAllDoesNotReadItsOwnOutput) {
  EXPECT_EQ(replace_all("a.b.c", ".", "::"), "a::b::c");
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

TEST(Text, OnlyFourWordsAreTrue) {
  for (const std::string_view yes : {"1", "on", "TRUE", "Yes"}) EXPECT_TRUE(parse_bool(yes)) << yes;
  for (const std::string_view no : {"", "0", "off", "2", "y", "true "})
    EXPECT_FALSE(parse_bool(no)) << no;
}

}  // namespace
}  // namespace gaoler::base
