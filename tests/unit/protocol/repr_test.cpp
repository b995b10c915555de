#include "protocol/repr.h"

#include <gtest/gtest.h>
#include <limits>

namespace gaoler::protocol {
namespace {

using namespace std::string_literals;

TEST(Repr, PrintsAsPythonDoes) {
  const std::pair<Value, std::string> cases[] = {
      {Value(), "None"},
      {true, "True"},
      {false, "False"},
      {-7, "-7"},
      {std::numeric_limits<int64_t>::min(), "-9223372036854775808"},
      {"plain", "'plain'"},
      {"it's", "\"it's\""},
      {"say \"it's\"", "'say \"it\\'s\"'"},
      {"back\\slash\n\t\r", "'back\\\\slash\\n\\t\\r'"},
      {"\0\x1b\x7f"s, "'\\x00\\x1b\\x7f'"},
      {"caf\xc3\xa9 \xc2\xa0", "'caf\xc3\xa9 \\xa0'"},
      {"bad \xff", "'bad \\udcff'"},
      {"\xe2\x80\x8b", "'\\u200b'"},
      {"\xf3\xa0\x80\x81", "'\\U000e0001'"},
      {List{}, "[]"},
      {List{{1, "a", Tuple{{2}}}}, "[1, 'a', (2,)]"},
      {Tuple{}, "()"},
      {Tuple{{1, 2}}, "(1, 2)"},
      {Dict{{{"stacksize", 64}, {"b", List{}}}}, "{'stacksize': 64, 'b': []}"},
      {Address{"192.0.2.1"}, "'192.0.2.1'"},
      {Exception{"builtins", "ValueError", {"x"}}, "ValueError('x')"},
      {Exception{"builtins", "Exception", {}}, "Exception()"},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(repr(value), expected);
}

TEST(Repr, FloatsAreShortestThatReadBack) {
  const std::pair<double, std::string> cases[] = {
      {0.1, "0.1"},
      {3600, "3600.0"},
      {-0.0, "-0.0"},
      {1.0 / 3, "0.3333333333333333"},
      {1732287164.123456, "1732287164.123456"},
      {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},
      {123456789012345680.0, "1.2345678901234568e+17"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {5e-324, "5e-324"},
      {std::numeric_limits<double>::infinity(), "inf"},
      {std::numeric_limits<double>::quiet_NaN(), "nan"},
  };
  for (const auto& [number, expected] : cases) EXPECT_EQ(repr_float(number), expected);
}

TEST(Repr, StrOfAnExceptionIsItsMessage) {
  const std::pair<Exception, std::string> cases[] = {
      {{"builtins", "Exception", {"Invalid command"}}, "Invalid command"},
      {{"builtins", "KeyError", {"Invalid Action name: A"}}, "'Invalid Action name: A'"},
      {{"fail2ban.exceptions", "UnknownJailException", {"j"}}, "'j'"},
      {{"builtins", "FileNotFoundError", {2, "No such file or directory", "/x"}},
       "[Errno 2] No such file or directory: '/x'"},
      {{"builtins", "OSError", {5, "Input/output error"}}, "[Errno 5] Input/output error"},
      {{"builtins", "ValueError", {1, "a"}}, "(1, 'a')"},
      {{"builtins", "ValueError", {List{{"a"}}}}, "['a']"},
      {{"builtins", "ValueError", {}}, ""},
  };
  for (const auto& [exception, expected] : cases) EXPECT_EQ(str(exception), expected);
}

TEST(Pretty, OpensUpOnlyWhatDoesNotFit) {
  const Value command = List{{"multi-set", "sshd", "addfailregex", List{{"^one", "^two"}}}};
  EXPECT_EQ(pretty(command), "['multi-set', 'sshd', 'addfailregex', ['^one', '^two']]");
  EXPECT_EQ(pretty(command, {40, 2}),
            "[ 'multi-set',\n  'sshd',\n  'addfailregex',\n  ['^one', '^two']]");
}

TEST(Pretty, CutsLongTextBetweenLinesAndWords) {
  EXPECT_EQ(pretty(List{{"first line\nsecond one"}}, {16, 2}),
            "[ 'first line\\n'\n  'second one']");
  EXPECT_EQ(pretty("some words that are too long", {16, 2}),
            "('some words '\n 'that are too '\n 'long')");
}

}  // namespace
}  // namespace gaoler::protocol
