#include "regex/inline_flags.h"

#include <gtest/gtest.h>

namespace gaoler::regex {
namespace {

TEST(InlineFlags, AtTheStartOfAGroupCountForTheGroup) {
  EXPECT_EQ(scope_inline_flags("((?i)x)"), "(?i:x)");
  EXPECT_EQ(scope_inline_flags("(?:(?im)x)y"), "(?im:x)y");
  EXPECT_EQ(scope_inline_flags("((?i)a)|(?:(?s)b)"), "(?i:a)|(?s:b)");
  EXPECT_EQ(scope_inline_flags("(?:(?:(?i)x))"), "(?:(?i:x))");
  EXPECT_EQ(scope_inline_flags("[((?i)x)]"), "[(?i:x)]");
}

TEST(InlineFlags, StayWhereTheyAreElsewhere) {
  for (const char* same : {"(?i)x", "(a(?i)x)", "\\((?i)x)", "(?P<n>(?i)x)", "((?i:x))", "((?-i)x)",
                           "((?i-s)x)", "(?=(?i)x)", "( (?i)x)", "\\\\((?i)x)", "((?i", "(", ""}) {
    EXPECT_EQ(scope_inline_flags(same), same);
  }
}

}  // namespace
}  // namespace gaoler::regex
