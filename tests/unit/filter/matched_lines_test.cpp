#include "filter/matched_lines.h"

#include <gtest/gtest.h>

namespace gaoler::filter {
namespace {

std::vector<MatchedLine> lines(const std::vector<const char*>& texts) {
  std::vector<MatchedLine> result;
  for (const char* text : texts) result.push_back({"", "", text});
  return result;
}

struct Case {
  const char* what;
  size_t begin, end;
  const char* skipped;
  std::vector<const char*> matched, rest;
};

TEST(MatchedLines, AreThoseTheMatchTouches) {
  const std::vector<MatchedLine> buffer = lines({"one", "two", "three", "four"});
  const std::string subject = join_undated(buffer);
  ASSERT_EQ(subject, "one\ntwo\nthree\nfour\n");
  const Case cases[] = {
      {"within a line", 5, 6, "", {"two"}, {"one", "three", "four"}},
      {"a line with its newline", 4, 8, "", {"two"}, {"one", "three", "four"}},
      {"from one into the next", 6, 9, "", {"two", "three"}, {"one", "four"}},
      {"from the newline before", 3, 6, "", {"two"}, {"one", "three", "four"}},
      {"all", 0, 19, "", {"one", "two", "three", "four"}, {}},
      {"with skipped lines", 0, 18, "two\nthree\n", {"one", "four"}, {"two", "three"}},
      {"empty at the start", 0, 0, "", {"one", "two", "three", "four"}, {}},
  };
  for (const Case& c : cases) {
    MatchedLines found = split_by_match(buffer, subject, {c.begin, c.end}, c.skipped);
    EXPECT_EQ(found.matched, lines(c.matched)) << c.what;
    EXPECT_EQ(found.rest, lines(c.rest)) << c.what;
  }
}

TEST(MatchedLines, OfOneLineAreThatLine) {
  auto buffer = lines({"one"});
  MatchedLines found = split_by_match(buffer, "content\n", {0, 3}, "");
  EXPECT_EQ(found.matched, buffer);
  EXPECT_TRUE(found.rest.empty());
}

}  // namespace
}  // namespace gaoler::filter
