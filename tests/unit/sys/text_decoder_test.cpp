#include "sys/text_decoder.h"

#include <gtest/gtest.h>

namespace gaoler::sys {
namespace {

using namespace std::string_literals;

struct Case {
  std::string encoding;
  std::string bytes;
  bool big_endian;
  std::string text;
  bool clean;
};

TEST(TextDecoder, LinesOfEveryEncodingBecomeUtf8) {
  const Case cases[] = {
      {"auto", "Gr\xC3\xBC\xC3\x9F", false, "Grüß", true},
      {"auto", "Gr\xFC\xDF", false, "Gr\xEF\xBF\xBD\xEF\xBF\xBD", false},
      {"utf-8", "plain", false, "plain", true},
      {"latin-1", "Gr\xFC\xDF", false, "Grüß", true},
      {"ISO-8859-1", "Gr\xFC\xDF", false, "Grüß", true},
      {"iso8859_15", "\xA4", false, "€", true},
      {"cp1252", "\x80 5", false, "€ 5", true},
      {"koi8-r", "\xC4\xC1", false, "да", true},
      {"UTF-16", "\xFF\xFEG\0r\0\xFC\0"s, false, "Grü", true},
      {"utf_16", "\xFE\xFF\0G\0r\0\xFC"s, true, "Grü", true},
      {"UTF-16LE", "G\0\xFC\0"s, false, "Gü", true},
      {"utf-16-be", "\0G\0\xFC"s, false, "Gü", true},
      {"UTF-16LE", "G\0\x00\xDCr\0"s, false, "G\xEF\xBF\xBDr", false},
      {"UTF-16LE", "G\0r"s, false, "G\xEF\xBF\xBD", false},
      {"utf-32", "G\0\0\0"s, false, "G", true},
      {"ascii", "a\xFC", false, "a\xEF\xBF\xBD", false},
  };
  for (const Case& c : cases) {
    auto decoder = TextDecoder::make(c.encoding);
    ASSERT_TRUE(decoder.ok()) << c.encoding;
    std::string room;
    const auto decoded = decoder->decode(c.bytes, c.big_endian, room);
    EXPECT_EQ(decoded.text, c.text) << c.encoding;
    EXPECT_EQ(decoded.clean, c.clean) << c.encoding << ": " << c.text;
  }
}

TEST(TextDecoder, KnowsTheWidthOfACodeUnit) {
  const std::pair<std::string, size_t> cases[] = {{"auto", 1},   {"latin-1", 1},  {"cp1252", 1},
                                                  {"utf-16", 2}, {"UTF-16LE", 2}, {"utf_32_be", 4}};
  for (const auto& [name, unit] : cases) EXPECT_EQ(TextDecoder::make(name)->unit(), unit) << name;
}

TEST(TextDecoder, AnUnknownEncodingIsAnError) {
  EXPECT_EQ(TextDecoder::make("klingon").error().message, "unknown encoding: klingon");
}

TEST(TextDecoder, ALongLineIsDecodedWhole) {
  auto decoder = TextDecoder::make("latin-1");
  std::string room;
  std::string wanted;
  for (int i = 0; i < 10000; ++i) wanted += "ü";
  EXPECT_EQ(decoder->decode(std::string(10000, '\xFC'), false, room).text, wanted);
}

}  // namespace
}  // namespace gaoler::sys
