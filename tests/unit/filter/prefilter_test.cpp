#include "filter/prefilter.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "regex/pattern.h"

namespace gaoler::filter {
namespace {

std::vector<bool> may_match(const std::vector<const char*>& regexes, std::string_view text) {
  std::vector<regex::Pattern> patterns;
  std::vector<const regex::Literals*> literals;
  for (const char* regex : regexes) patterns.push_back(*regex::Pattern::compile(regex));
  for (const auto& pattern : patterns) literals.push_back(&pattern.literals());
  Prefilter prefilter(literals);
  bool any = prefilter.scan(text);
  std::vector<bool> result;
  for (size_t i = 0; i < regexes.size(); ++i) result.push_back(prefilter.may_match(i));
  EXPECT_EQ(any, std::find(result.begin(), result.end(), true) != result.end());
  return result;
}

using Answers = std::vector<bool>;

TEST(Prefilter, NamesTheExpressionsWhoseTextsAreThere) {
  const std::vector<const char*> regexes = {"Failed password for", "(?i)INVALID user", "^x.*$"};
  EXPECT_EQ(may_match(regexes, " sshd[1]: Failed password for bob\n"),
            (Answers{true, false, true}));
  EXPECT_EQ(may_match(regexes, "invalid USER\n"), (Answers{false, true, true}));
  EXPECT_EQ(may_match(regexes, ""), (Answers{false, false, true}));
}

TEST(Prefilter, DemandsEveryTextThatIsLongEnough) {
  const std::vector<const char*> regexes = {"^Disconnected.*auth failed, .*rip="};
  EXPECT_EQ(may_match(regexes, "Disconnected (auth failed, 1 attempt) rip=x\n"), Answers{true});
  EXPECT_EQ(may_match(regexes, "Disconnected (no auth attempts) rip=x\n"), Answers{false});
  EXPECT_EQ(may_match(regexes, "auth failed, Disconnected rip=x\n"), Answers{true});
}

TEST(Prefilter, FindsATextWhereverItStands) {
  std::string text(40, '-');
  for (size_t at = 0; at + 7 <= text.size(); ++at) {
    std::string line = text;
    line.replace(at, 7, "failure");
    EXPECT_EQ(may_match({"failure from"}, line + " from"), (Answers{at + 7 == text.size()})) << at;
    EXPECT_EQ(may_match({"failure"}, line), Answers{true}) << at;
  }
}

TEST(Prefilter, HoldsForAPartOfTheTextWithANewlineBehind) {
  // "bad$" may need a newline; a prefregex may cut "bad" out of the middle.
  EXPECT_EQ(may_match({"really bad\\n"}, "[really bad] and more\n"), Answers{true});
}

TEST(Prefilter, ShortTextsAreNotLookedFor) {
  EXPECT_EQ(may_match({"ab", "abc"}, "x\n"), (Answers{true, false}));
}

}  // namespace
}  // namespace gaoler::filter
