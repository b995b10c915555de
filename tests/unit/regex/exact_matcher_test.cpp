// Lines that made a backtracking search begin again and again: each is answered well within the
// bound of a search, and truly. What it finds otherwise is compared with Python (tests/parity).
#include "regex/exact_matcher.h"

#include <gtest/gtest.h>
#include <string>

#include "regex/parser.h"

namespace gaoler::regex {
namespace {

constexpr size_t kLine = 65'536;

std::string repeated(const std::string& part) {
  std::string text;
  while (text.size() < kLine) text += part;
  return text;
}

struct Case {
  const char* what;
  const char* pattern;
  std::string text;
  Outcome outcome;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.what;
}

class HostileLine : public testing::TestWithParam<Case> {};

TEST_P(HostileLine, IsAnsweredWithinTheBound) {
  const auto syntax = parse(GetParam().pattern, {});
  ASSERT_TRUE(syntax.ok());
  ExactStorage storage;
  std::vector<Span> groups;
  EXPECT_EQ(
      exact_search(make_program(*syntax), std::string_view(GetParam().text), 0, storage, groups),
      GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    ExactMatcher, HostileLine,
    testing::Values(
        Case{"runs within a run", R"(^\s*(?:<\S+>\s+)?\s*(?:\d+\s+)?\s*x)", repeated(" "),
             Outcome::no_match},
        Case{"runs within a run, from everywhere", R"(\s+\s*\s*x)", repeated(" "),
             Outcome::no_match},
        Case{"few characters again and again", R"(^a.*?b.*?c.*?d)", repeated("abc"),
             Outcome::no_match},
        Case{"few characters behind many", R"(^.* from (?:\. \S.*? in /)?x)",
             repeated("y from . z"), Outcome::no_match},
        Case{"a loop around runs", R"(^"[^"]+(?:"+[^"]*(?="))*?"z)", "\"x" + repeated("\""),
             Outcome::no_match},
        Case{"an optional part that may be empty", R"(^(?:\s*(?:a\s+)?(?:b\s+)?)?\s*x)",
             repeated(" "), Outcome::no_match},
        Case{"bypasses side by side", R"(^(?:a|: a)*(?:: a)*(?:: a)*x)", repeated(": a"),
             Outcome::no_match},
        Case{"a reference behind all that varies", R"(^u=(<\S+@\S+>), r=(\S+ )?x \1$)",
             "u=<" + repeated("@>"), Outcome::no_match},
        Case{"a reference to each of many texts", R"(^for (.*) from \d+\. (?:(?! from ).)*\1!$)",
             "for q" + repeated(" from 1. b"), Outcome::no_match},
        Case{"a condition", R"(^(<)?\s*\s*(?(1)>|x))", "<" + repeated(" "), Outcome::no_match},
        Case{"a match at the end of all", R"(^\s*(?:a\s+)?\s*x)", repeated(" ") + "x",
             Outcome::matched},
        Case{"a reference that fits at the end", R"(^(\S+?)-.*?-\1$)",
             "ab-" + repeated("a-b") + "-ab", Outcome::matched}),
    [](const auto& test) { return "Case" + std::to_string(test.index); });

TEST(ExactMatcher, SearchesOfOneLineHaveOneBound) {
  const auto syntax = parse(R"(^"[^"]+(?:"+[^"]*(?="))*?"z)", {});
  ASSERT_TRUE(syntax.ok());
  const Program program = make_program(*syntax);
  const std::string text = "\"x" + repeated("\"");
  ExactStorage storage;
  storage.together = true;
  std::vector<Span> groups;
  const auto search = [&] {
    return exact_search(program, std::string_view(text), 0, storage, groups);
  };
  EXPECT_EQ(search(), Outcome::no_match);
  EXPECT_EQ(search(), Outcome::gave_up);
  storage.steps = 0;
  EXPECT_EQ(search(), Outcome::no_match);
}

// What was tried in vain for one text of a group may fit for another.
TEST(ExactMatcher, RemembersOnlyForTheSameTextOfAGroup) {
  const auto syntax = parse(R"(^(a*)(?:b|c)*?-\1$)", {});
  ASSERT_TRUE(syntax.ok());
  ExactStorage storage;
  std::vector<Span> groups;
  const std::string text = "aabcb-aa";
  EXPECT_EQ(exact_search(make_program(*syntax), std::string_view(text), 0, storage, groups),
            Outcome::matched);
  EXPECT_EQ(groups[1], (Span{0, 2}));
  const auto shorter = parse(R"(^(a*?)a*[bc]*-\1a$)", {});
  ASSERT_TRUE(shorter.ok());
  EXPECT_EQ(exact_search(make_program(*shorter), std::string_view(text), 0, storage, groups),
            Outcome::matched);
  EXPECT_EQ(groups[1], (Span{0, 1}));
}

}  // namespace
}  // namespace gaoler::regex
