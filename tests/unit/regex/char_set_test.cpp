#include "regex/char_set.h"

#include <gtest/gtest.h>

namespace gaoler::regex {
namespace {

// ignoring_case() leaves categories as they are.
TEST(CharSet, CategoriesHoldBothFormsOfALetterOrNone) {
  for (const Alphabet alphabet : {Alphabet::unicode, Alphabet::ascii}) {
    for (const CharSet* category :
         {&word_characters(alphabet), &digit_characters(alphabet), &space_characters(alphabet)}) {
      size_t differing = 0;
      for (char32_t c = 0; c <= kLastCodePoint; ++c) {
        differing += category->contains(c) != category->contains(lower(c, alphabet));
      }
      EXPECT_EQ(differing, 0);
    }
  }
}

}  // namespace
}  // namespace gaoler::regex
