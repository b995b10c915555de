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

TEST(CharLookup, AnswersAsItsSet) {
  CharSet odd = CharSet::of({{U'a', U'z'}, {0xFF, 0x100}, {0x1FFF, 0x3001}, {0x10000, 0x1F5FF}});
  for (const CharSet& set :
       {CharSet(), CharSet(U'x'), CharSet(0x10FFFF), odd, odd.inverted(), CharSet().inverted(),
        word_characters(Alphabet::unicode), word_characters(Alphabet::unicode).inverted(),
        space_characters(Alphabet::unicode), digit_characters(Alphabet::unicode).inverted()}) {
    const CharLookup lookup(set);
    size_t differing = 0;
    for (char32_t c = 0; c <= kLastCodePoint; ++c)
      differing += lookup.contains(c) != set.contains(c);
    EXPECT_EQ(differing, 0);
  }
}

}  // namespace
}  // namespace gaoler::regex
