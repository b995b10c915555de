#include "config/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gaoler::config {
namespace {

using testing::ElementsAre;

TEST(Words, AreSplitAsAShellWould) {
  EXPECT_THAT(*split_shell_words("_A=b  + _C=d"), ElementsAre("_A=b", "+", "_C=d"));
  EXPECT_THAT(*split_shell_words(R"('a b' "c\"d\e" f\ g'h' '')"),
              ElementsAre("a b", "c\"d\\e", "f gh", ""));
  EXPECT_EQ(split_shell_words("'open").error().message, "No closing quotation");
  EXPECT_EQ(split_shell_words("end\\").error().message, "No escaped character");
}

TEST(Words, ListsAreSplitAtBlanksAndCommas) {
  EXPECT_THAT(split_list(" 127.0.0.1/8,::1\n\tlocalhost ,"),
              ElementsAre("127.0.0.1/8", "::1", "localhost"));
  EXPECT_THAT(split_list(""), ElementsAre());
}

}  // namespace
}  // namespace gaoler::config
