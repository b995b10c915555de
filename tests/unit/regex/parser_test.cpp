#include "regex/parser.h"

#include <gtest/gtest.h>

namespace gaoler::regex {
namespace {

struct Refused {
  const char* pattern;
  const char* reason;
};

class RefusedPattern : public testing::TestWithParam<Refused> {};

TEST_P(RefusedPattern, IsExplainedInPythonsWords) {
  const auto syntax = parse(GetParam().pattern, {});
  ASSERT_FALSE(syntax.ok()) << GetParam().pattern;
  EXPECT_EQ(syntax.error().message, GetParam().reason) << GetParam().pattern;
}

INSTANTIATE_TEST_SUITE_P(
    Parser, RefusedPattern,
    testing::Values(
        Refused{"(a)(?P<n>b", "missing ), unterminated subpattern at position 3"},
        Refused{"a**", "multiple repeat at position 2"},
        Refused{"*a", "nothing to repeat at position 0"},
        Refused{"^*", "nothing to repeat at position 1"},
        Refused{"(?<=a*)b", "look-behind requires fixed-width pattern"},
        Refused{"[b-a]", "bad character range b-a at position 1"},
        Refused{"[a-\\d]", "bad character range a-\\d at position 1"},
        Refused{"(?P<n>a)(?P<n>b)",
                "redefinition of group name 'n' as group 2; was group 1 at position 12"},
        Refused{"\\1", "invalid group reference 1 at position 1"},
        Refused{"(a\\1)", "cannot refer to an open group at position 2"},
        Refused{"a{3,2}", "min repeat greater than max repeat at position 2"},
        Refused{"a{99999999999}", "the repetition number is too large"},
        Refused{"\\q", "bad escape \\q at position 0"},
        Refused{"[\\8]", "bad escape \\8 at position 1"},
        Refused{"a\\", "bad escape (end of pattern) at position 1"},
        Refused{"[abc", "unterminated character set at position 0"},
        Refused{"(?z)", "unknown extension ?z at position 1"},
        Refused{"(?<x)", "unknown extension ?<x at position 1"},
        Refused{"(?Px)", "unknown extension ?Px at position 1"},
        Refused{"(?P=x)", "unknown group name 'x' at position 4"},
        Refused{"x(?i)y", "global flags not at the start of the expression at position 1"},
        Refused{"(?L)x", "bad inline flags: cannot use 'L' flag with a str pattern at position 3"},
        Refused{"a)b", "unbalanced parenthesis at position 1"},
        Refused{"(?P<1>x)", "bad character in group name '1' at position 4"},
        Refused{"(?P<>x)", "missing group name at position 4"},
        Refused{"(?P<a", "missing >, unterminated name at position 4"},
        Refused{"(?(x)a|b)", "unknown group name 'x' at position 3"},
        Refused{"(?(2)a|b)(x)", "invalid group reference 2 at position 3"},
        Refused{"(?(1)a|b|c)", "conditional backref with more than two branches at position 8"},
        Refused{"(?(0)a)", "bad group number at position 3"},
        Refused{"(?", "unexpected end of pattern at position 2"},
        Refused{"(?#", "missing ), unterminated comment at position 0"},
        Refused{"(?i", "missing -, : or ) at position 3"},
        Refused{"(?iz)", "unknown flag at position 3"},
        Refused{"(?i-s)", "missing : at position 5"},
        Refused{"(?i-i:a)", "bad inline flags: flag turned on and off at position 5"},
        Refused{"(?au)x",
                "bad inline flags: flags 'a', 'u' and 'L' are incompatible at position 4"},
        Refused{"(?-u:a)",
                "bad inline flags: cannot turn off flags 'a', 'u' and 'L' at position 4"},
        Refused{"\n\n*(", "missing ), unterminated subpattern at position 3 (line 3, column 2)"},
        Refused{"\\x4", "incomplete escape \\x4 at position 0"},
        Refused{"\\400", "octal escape value \\400 outside of range 0-0o377 at position 0"},
        Refused{"\\U00110000", "bad escape \\U00110000 at position 0"},
        Refused{"(?<=(a)\\1)b",
                "cannot refer to group defined in the same lookbehind subpattern at position 9"}));

}  // namespace
}  // namespace gaoler::regex
