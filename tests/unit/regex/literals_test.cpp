#include "regex/literals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "regex/parser.h"

namespace gaoler::regex {
namespace {

// One line per clause: "a|b"; texts that ignore case end in "~".
std::vector<std::string> clauses(const std::string& pattern) {
  const auto syntax = parse(pattern, {});
  if (!syntax.ok()) return {"refused: " + syntax.error().message};
  std::vector<std::string> result;
  const Literals literals = required_literals(*syntax);
  for (const Literals::Clause& clause : literals.clauses()) {
    std::vector<std::string> texts;
    for (const Literal& literal : clause) {
      texts.push_back(literal.text + (literal.ignore_case ? "~" : ""));
    }
    result.push_back(base::join(texts, "|"));
  }
  return result;
}

using List = std::vector<std::string>;

TEST(Literals, AreWhatEveryMatchContains) {
  EXPECT_EQ(clauses("^Failed password for .* from \\S+ port"),
            (List{"Failed password for ", " from ", " port"}));
  EXPECT_EQ(clauses("(?:foo|bar)baz"), (List{"barbaz|foobaz"}));
  EXPECT_EQ(clauses("foo(?:d)?bar"), (List{"foobar|foodbar"}));
  EXPECT_EQ(clauses("(?:abc)+x"), (List{"abc"}));
  EXPECT_EQ(clauses("(?:abc){2}x"), (List{"abcabcx"}));
  EXPECT_EQ(clauses("(?:abc)*"), List{});
  EXPECT_EQ(clauses("abc|d+"), List{});
  EXPECT_EQ(clauses("abc\\d+|xyz\\d+"), (List{"abc|xyz"}));
  EXPECT_EQ(clauses("[Ff]oo"), (List{"Foo|foo"}));
  EXPECT_EQ(clauses("(?i)Bad Du"), (List{"bad du~"}));
  EXPECT_EQ(clauses("a(?=.*needle)b"), (List{"needle", "ab"}));
  EXPECT_EQ(clauses("a(?!needle)b"), (List{"ab"}));
  EXPECT_EQ(clauses("(foo)?(?(1)bar|baz)"), (List{"bar|baz"}));
  EXPECT_EQ(clauses(".*"), List{});
}

TEST(Literals, LongerOnesThatContainAnotherAreDropped) {
  EXPECT_EQ(clauses("closed(?: by| from)?"), (List{"closed"}));
  EXPECT_EQ(clauses("(?:(?i:user)|no user|USERS)x"), (List{"USERSx|userx~"}));
  EXPECT_EQ(clauses("(?:user|(?i:bad user))"), (List{"bad user~|user"}));
}

bool may_match(const std::string& pattern, const std::string& line) {
  return required_literals(*parse(pattern, {})).may_match(line);
}

TEST(Literals, ALineWithoutThemCannotMatch) {
  EXPECT_TRUE(may_match("failed for \\S+", "login failed for x"));
  EXPECT_FALSE(may_match("failed for \\S+", "login fine for x"));
  EXPECT_TRUE(may_match("(?i)FAILED", "login Failed"));
  EXPECT_FALSE(may_match("(?i)FAILED", "login ok"));
}

TEST(Literals, CaseIsIgnoredBeyondAsciiToo) {
  EXPECT_TRUE(may_match("(?i)kiss", "\u212ai\u017fs"));
  EXPECT_FALSE(may_match("(?i)bad", "\u212ai\u017fs"));
}

TEST(Literals, AreFoundAcrossTheStretchesOfALongLine) {
  for (size_t before : {900u, 958u, 959u, 960u, 961u, 1018u, 1022u, 1024u, 5000u}) {
    EXPECT_TRUE(may_match("(?i)needle", std::string(before, 'x') + "NeeDle")) << before;
  }
  EXPECT_FALSE(may_match("(?i)needle", std::string(5000, 'x')));
}

}  // namespace
}  // namespace gaoler::regex
