#include "store/json.h"

#include <gtest/gtest.h>

namespace gaoler::store {
namespace {

std::string rewritten(std::string_view text) {
  const auto json = read_json(text);
  return json ? write_json(*json) : json.error().message;
}

TEST(Json, WritesWhatItReadAsPythonWould) {
  const std::pair<const char*, const char*> cases[] = {
      {"null", "null"},
      {" [ ] ", "[]"},
      {"{}", "{}"},
      {"[1,-2,3.5,1e3,true,false,null]", "[1, -2, 3.5, 1000.0, true, false, null]"},
      {"{\"a\":{\"b\":[\"c\"]}}", "{\"a\": {\"b\": [\"c\"]}}"},
      {"\"\\u00e4\\ud83d\\ude00\"", "\"\xC3\xA4\xF0\x9F\x98\x80\""},
      {"\"\\ud83d x\"", "\"\xEF\xBF\xBD x\""},
      {"\"a\\n\\t\\\"\\\\\\/\\u0001\"", "\"a\\n\\t\\\"\\\\/\\u0001\""},
      {"\"\xFF\xC3\"", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\"\x7F\"", "\"\x7F\""},
      {"12345678901234567890", "12345678901234567000.0"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string result = rewritten(text);
    if (std::string_view(text) == "12345678901234567890") {
      EXPECT_EQ(std::stod(result), 12345678901234567890.0);
    } else {
      EXPECT_EQ(result, expected) << text;
    }
  }
}

TEST(Json, RefusesWhatIsNone) {
  for (const char* text : {"", "[", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "nul", "1 2",
                           "\"a", "\"\\x\"", "\"\\u12\"", "\"\n\"", "+1", "NaN", "'a'"}) {
    EXPECT_TRUE(rewritten(text).starts_with("no JSON: ")) << text;
  }
}

TEST(Json, IsBoundedInDepthAndSize) {
  EXPECT_TRUE(rewritten(std::string(100000, '[')).starts_with("no JSON: nested too deeply"));
  EXPECT_TRUE(rewritten(std::string(Json::kMaxBytes + 1, ' ')).starts_with("no JSON: longer"));
}

TEST(Json, TheLastOfEqualKeysCounts) {
  const auto json = read_json("{\"a\": 1, \"a\": 2}");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(*json->find("a"), Json{int64_t{2}});
  EXPECT_EQ(json->find("b"), nullptr);
  EXPECT_EQ(Json{true}.find("a"), nullptr);
}

}  // namespace
}  // namespace gaoler::store
