#include "base/quote.h"

#include <gtest/gtest.h>

namespace gaoler::base {
namespace {

TEST(Quoted, IsWhatPythonPrints) {
  const std::pair<std::string_view, const char*> cases[] = {
      {"", "''"},
      {"Nov 22", "'Nov 22'"},
      {"it's", "\"it's\""},
      {"it's \"x\"", "'it\\'s \"x\"'"},
      {"a\\b", "'a\\\\b'"},
      {"a\nb\tc\rd\x01\x7f", "'a\\nb\\tc\\rd\\x01\\x7f'"},
      {"\xc3\xa9", "'\xc3\xa9'"},
      {"\xc2\x85\xc2\xa0", "'\\x85\\xa0'"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(quoted(text), expected);
}

}  // namespace
}  // namespace gaoler::base
