#include "protocol/unicode.h"

#include <gtest/gtest.h>

namespace gaoler::protocol {
namespace {

TEST(Unicode, BytesThatAreNoUtf8AreLoneSurrogates) {
  const std::pair<std::string_view, char32_t> cases[] = {
      {"a", 'a'},
      {"\xc3\xa9", 0xe9},
      {"\xe2\x82\xac", 0x20ac},
      {"\xf0\x9f\x98\x80", 0x1f600},
      {"\x80", 0xdc80},
      {"\xff", 0xdcff},
      {"\xc3", 0xdcc3},
      {"\xc0\x80", 0xdcc0},
      {"\xe0\x80\x80", 0xdce0},
      {"\xed\xb2\x80", 0xdced},
      {"\xf4\x90\x80\x80", 0xdcf4},
      {"\xf5", 0xdcf5},
  };
  for (const auto& [text, value] : cases) {
    const CodePoint point = code_point_at(text, 0);
    EXPECT_EQ(point.value, value) << testing::PrintToString(text);
    EXPECT_EQ(point.length, value >= 0xdc80 && value <= 0xdcff ? 1u : text.size());
  }
}

TEST(Unicode, AnyBytesComeBackFromTheirWireForm) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const std::string& text : {all, std::string("caf\xc3\xa9 \xe9 \xe2\x82"), std::string()}) {
    std::string back;
    ASSERT_TRUE(unescape_bytes(escape_bytes(text), back));
    EXPECT_EQ(back, text);
  }
}

TEST(Unicode, WireTextMustBeUtf8) {
  std::string out;
  for (const std::string_view wire : {"\xff", "a\xc3", "\xc0\xaf", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(unescape_bytes(wire, out)) << testing::PrintToString(wire);
  }
}

TEST(Unicode, KnowsWhatPrintsAndWhatSeparates) {
  for (const char32_t c : {U' ', U'~', U'\u00e9', U'\u20ac', U'\U0001f600', U'\u4e2d'})
    EXPECT_TRUE(is_printable(c));
  for (const char32_t c : {U'\n', U'\x7f', U'\u00a0', U'\u00ad', U'\u200b', U'\u2028',
                           char32_t{0xd800}, char32_t{0x10ffff}}) {
    EXPECT_FALSE(is_printable(c)) << static_cast<unsigned>(c);
  }
  for (const char32_t c : {U' ', U'\t', U'\x1f', U'\u0085', U'\u00a0', U'\u2003', U'\u3000'})
    EXPECT_TRUE(is_space(c));
  for (const char32_t c : {U'a', U'\x08', U'\x1b', U'\u200b'})
    EXPECT_FALSE(is_space(c)) << static_cast<unsigned>(c);
}

TEST(Unicode, CountsCodePointsNotBytes) {
  EXPECT_EQ(count_code_points("a\xc3\xa9\xff\xf0\x9f\x98\x80"), 4u);
}

}  // namespace
}  // namespace gaoler::protocol
