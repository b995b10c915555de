#include "regex/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gaoler::regex {
namespace {

// The groups of the first match as texts; "-" for one that took no part, "no match" or "gave up"
// else.
std::vector<std::string> find(const std::string& pattern, const std::string& text, size_t from = 0,
                              Options options = {}) {
  const auto compiled = Pattern::compile(pattern, options);
  if (!compiled.ok()) return {"refused: " + compiled.error().message};
  Match match;
  switch (compiled->search(text, match, from)) {
    case Outcome::no_match:
      return {"no match"};
    case Outcome::gave_up:
      return {"gave up"};
    case Outcome::matched:
      break;
  }
  std::vector<std::string> found;
  for (size_t i = 0; i < match.groups.size(); ++i) {
    found.push_back(match.groups[i].participated() ? std::string(match.text(text, i)) : "-");
  }
  return found;
}

struct Case {
  std::string pattern;
  std::string text;
  std::vector<std::string> groups;
};

class PythonDialect : public testing::TestWithParam<Case> {};

TEST_P(PythonDialect, FindsWhatPythonFinds) {
  const Case& c = GetParam();
  EXPECT_EQ(find(c.pattern, c.text), c.groups) << c.pattern << " in " << c.text;
}

const std::vector<std::string> kNone = {"no match"};

INSTANTIATE_TEST_SUITE_P(
    Pattern, PythonDialect,
    testing::Values(
        Case{"(?P<ip4>\\d+)-(?P<b>x)?", "a 12-", {"12-", "12", "-"}},
        Case{"(?P<q>['\"])a(?P=q)", "'a\" \"a\"", {"\"a\"", "\""}},
        Case{"()()()()()()()()()(x)\\10(?(10)y|z)$",
             "axxy",
             {"xxy", "", "", "", "", "", "", "", "", "", "x"}},
        Case{"(a)?(?(1)b|c)", "c", {"c", "-"}}, Case{"(?P<n>a)?(?(n)b|c)", "ab", {"ab", "a"}},
        Case{"(?(1)a|b)(c)", "bc", {"bc", "c"}}, Case{"(?i)ABC", "xabc", {"abc"}},
        Case{"a(?i:B)c", "aBc abc", {"aBc"}}, Case{"(?i:a(?-i:b))c", "ABc Abc", {"Abc"}},
        Case{"a(?#remark)b", "ab", {"ab"}}, Case{"(?x) a b # c\n [ ] d", "ab d", {"ab d"}},
        Case{"(?<=ab)c", "cabc", {"c"}}, Case{"(?<!a)b", "abb", {"b"}},
        Case{"(?<=(?:ab){2})c", "abcababc", {"c"}}, Case{"a(?=b)", "acab", {"a"}},
        Case{"a+?", "aaa", {"a"}}, Case{"a$", "ba\n", {"a"}}, Case{"a\\Z", "a\n", kNone},
        Case{"^b", "a\nb", kNone}, Case{"(?m)^b$", "a\nb\nc", {"b"}}, Case{"(?m)^b", "a\rb", kNone},
        Case{"a.c", "a\rc", {"a\rc"}}, Case{"a.c", "a\nc", kNone},
        Case{"(?s)a.c", "a\nc", {"a\nc"}}, Case{"x{", "x{", {"x{"}},
        Case{"x{,2}y", "xxxy", {"xxy"}}, Case{"x{1,y", "x{1,y", {"x{1,y"}},
        Case{"(?:a|)b", "b", {"b"}}, Case{"[^]]+", "]ab]", {"ab"}}, Case{"[]a]+", "x]a", {"]a"}},
        Case{"[\\]\\-\\d]+", "a]-1", {"]-1"}}, Case{"\\<\\>\\'\\`", "<>'`", {"<>'`"}},
        Case{"\\x41\\u0042\\103\\0", std::string("ABC\0", 4), {std::string("ABC\0", 4)}},
        Case{"\\bfoo\\b", "xfoo foo", {"foo"}}, Case{"\\Bo", "foo", {"o"}}, Case{"\\B", "", kNone},
        Case{"\\w+", "é1_ x", {"é1_"}}, Case{"\\d+", "x٣4", {"٣4"}},
        Case{"a\\sb",
             "a\xc2\xa0"
             "b",
             {"a\xc2\xa0"
              "b"}},
        Case{"\\s", "\x1c", {"\x1c"}}, Case{"(?a)\\w+", "éa", {"a"}}, Case{"(?i)É", "xé", {"é"}},
        Case{"(?i)k", "\u212a", {"\u212a"}}, Case{"[é-ü]+", "eéü", {"éü"}},
        Case{"(?>a+)ab", "aaab", kNone}, Case{"a*+a", "aaa", kNone},
        Case{"^(<*?){,2}$", "<", {"<", ""}}, Case{"^(|<){,3}$", "<<", {"<<", ""}},
        Case{"^(<*?|x){,2}?$", "<<", {"<<", "<"}}, Case{"(?i)(a)\\1", "aA", {"aA", "a"}},
        Case{"(a)\\1", "aA", kNone}, Case{"(?:(a)|(b))*", "ab", {"ab", "a", "b"}},
        Case{"(a?\?){1,2}[0-9]", "a2", {"a2", "a"}}, Case{"(?!)", "a", kNone}));

TEST(Pattern, SearchFromAnOffsetSeesWhatIsBefore) {
  EXPECT_EQ(find("(?<=a)b", "ab", 1), std::vector<std::string>{"b"});
  EXPECT_EQ(find("^b", "ab", 1), kNone);
  EXPECT_EQ(find("\\bb", "ab", 1), kNone);
}

TEST(Pattern, PositionsAreBytes) {
  const auto pattern = Pattern::compile("b(ü)");
  Match match;
  ASSERT_EQ(pattern->search("ääbü", match), Outcome::matched);
  EXPECT_EQ(match.groups, (std::vector<Span>{{4, 7}, {5, 7}}));
}

TEST(Pattern, OptionsAreFlags) {
  EXPECT_EQ(find("^b", "a\nB", 0, {true, true}), std::vector<std::string>{"B"});
}

TEST(Pattern, AnswersInTimeWhereBacktrackingWouldTakeForever) {
  const std::string start = "^Aborted(?:: (?:\\w+\\([^):]*\\) \\w+|[^(]+))* \\(auth";
  std::string line = "Aborted";
  for (int i = 0; i < 500; ++i) line += ": a";
  EXPECT_EQ(find(start, line), kNone);
  EXPECT_EQ(find(start, line + " (auth"), std::vector<std::string>{line + " (auth"});
}

TEST(Pattern, GivesUpWhereItCannotKnow) {
  const std::string text(2000, 'a');
  EXPECT_EQ(find("(a*)(a*)(a*)(a*)\\1\\2\\3\\4b", text), std::vector<std::string>{"gave up"});
}

TEST(Pattern, ForgetsWhatWasCapturedOnAWayItDidNotTake) {
  EXPECT_EQ(find("(?:(?=(a))ab|ac)", "ac"), (std::vector<std::string>{"ac", "-"}));
  EXPECT_EQ(find("(?!(a))*", "a"), (std::vector<std::string>{"", "-"}));
  EXPECT_EQ(find("(?:(?>(a))b)?a", "ac"), (std::vector<std::string>{"a", "-"}));
}

TEST(Pattern, MatchesTheLongestLines) {
  const std::string text(65000, 'a');
  EXPECT_EQ(find("(?:a|b)+c$", text + "c\n"), std::vector<std::string>{text + "c"});
  EXPECT_EQ(find("^.*x(\\d+)$", text + "x12"), (std::vector<std::string>{text + "x12", "12"}));
  EXPECT_EQ(find("a.*?x", text + "x"), std::vector<std::string>{text + "x"});
}

TEST(Pattern, NamesComeInOrderOfTheirNumber) {
  const auto pattern = Pattern::compile("(?P<z>a)(b)(?P<a>c)");
  EXPECT_EQ(pattern->names(), (std::vector<std::pair<std::string, size_t>>{{"z", 1}, {"a", 3}}));
  EXPECT_EQ(pattern->group("a"), 3u);
  EXPECT_EQ(pattern->group("b"), std::nullopt);
  EXPECT_EQ(pattern->group_count(), 3u);
}

}  // namespace
}  // namespace gaoler::regex
