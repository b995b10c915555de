#include "dates/boundaries.h"

#include <gtest/gtest.h>
#include <ostream>

namespace gaoler::dates {

void PrintTo(const Bounded& b, std::ostream* out) {
  *out << b.regex << (b.at_line_begin ? " line-begin" : "") << (b.at_line_end ? " line-end" : "")
       << (b.moved_to_line_begin ? " moved" : "");
}

namespace {

using Begin = Boundaries::Begin;

TEST(Boundaries, FollowFromThePattern) {
  struct Case {
    std::string_view regex;
    Bounded expected;
  };
  const Case cases[] = {
      {R"(\d)", {R"((?!\B\w)(\d)(?!\B\w))", false, false, false}},
      {R"( \d )", {R"((?!\B\w)(\d)(?!\B\w))", false, false, false}},
      {R"(a(\d)b)", {R"((?!\B\w)a(\d)b(?!\B\w))", false, false, false}},
      {R"(a\(\d)", {R"((?!\B\w)(a\(\d)(?!\B\w))", false, false, false}},
      {R"((?P<x>\d))", {R"((?!\B\w)((?P<x>\d))(?!\B\w))", false, false, false}},
      {R"(^\d)", {R"(^(\d)(?!\B\w))", true, false, false}},
      {R"((?:^|x)\d)", {R"(((?:^|x)\d)(?!\B\w))", false, false, false}},
      {R"((?:^x)\d)", {R"(((?:^x)\d)(?!\B\w))", false, false, false}},
      {R"((?:^x)(\d))", {R"((?:^x)(\d)(?!\B\w))", true, false, false}},
      {R"(\d$)", {R"((?!\B\w)(\d)$)", false, true, false}},
      {R"(\d\b)", {R"((?!\B\w)(\d\b))", false, false, false}},
      {R"(**\d)", {R"((\d)(?!\B\w))", false, false, false}},
      {R"(\d**)", {R"((?!\B\w)(\d))", false, false, false}},
      {R"((**\d**))", {R"((\d))", false, false, false}},
      {R"((?i)a)", {R"((?i)(?!\B\w)(a)(?!\B\w))", false, false, false}},
      {R"((?iu)^a)", {R"((?iu)^(a)(?!\B\w))", true, false, false}},
  };
  for (const Case& c : cases) EXPECT_EQ(put_boundaries(std::string(c.regex), {}), c.expected);
}

TEST(Boundaries, WishesAreKeptWhereThePatternIsSilent) {
  EXPECT_EQ(put_boundaries(R"(\d)", {Begin::line, true}),
            (Bounded{R"(^\W{0,2}(\d)(?!\B\w))", true, false, true}));
  EXPECT_EQ(put_boundaries(R"(^\d)", {Begin::line, true}),
            (Bounded{R"(^(\d)(?!\B\w))", true, false, false}));
  EXPECT_EQ(put_boundaries(R"(\d)", {Begin::none, false}),
            (Bounded{R"((\d))", false, false, false}));
  EXPECT_EQ(put_boundaries("^", {Begin::none, false}), (Bounded{"^()", true, false, false}));
}

TEST(Boundaries, OnlyUnnamedGroupsCount) {
  EXPECT_TRUE(lacks_group(R"(\(a(?:b)(?P<n>c)(?(n)d))"));
  EXPECT_FALSE(lacks_group("(a)"));
  EXPECT_TRUE(lacks_group(""));
}

}  // namespace
}  // namespace gaoler::dates
