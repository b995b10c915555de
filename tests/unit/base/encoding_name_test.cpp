#include "base/encoding_name.h"

#include <gtest/gtest.h>

namespace gaoler::base {
namespace {

TEST(EncodingName, IsPlainHoweverItIsSpelt) {
  for (const char* name : {"latin-1", "Latin_1", "LATIN 1", "latin1"}) {
    EXPECT_EQ(plain_encoding_name(name), "latin1") << name;
  }
  EXPECT_EQ(plain_encoding_name("UTF_16-LE"), "utf16le");
}

TEST(EncodingName, MeansUtf8ByAnyOfItsNames) {
  for (const char* name : {"UTF-8", "utf_8", "U8", "utf-8-sig", "cp65001"}) {
    EXPECT_TRUE(means_utf8(plain_encoding_name(name))) << name;
  }
  for (const char* name : {"utf-16", "ascii", ""}) {
    EXPECT_FALSE(means_utf8(plain_encoding_name(name))) << name;
  }
}

}  // namespace
}  // namespace gaoler::base
