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

TEST(Json, RefusesWhatIsNoneInTheWordsOfPython) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "Expecting value: line 1 column 1 (char 0)"},
      {"[1", "Expecting ',' delimiter: line 1 column 3 (char 2)"},
      {"[1,]", "Expecting value: line 1 column 4 (char 3)"},
      {"{\"a\"}", "Expecting ':' delimiter: line 1 column 5 (char 4)"},
      {"{a:1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
      {"{\"a\":1 \"b\"}", "Expecting ',' delimiter: line 1 column 8 (char 7)"},
      {"1 2", "Extra data: line 1 column 3 (char 2)"},
      {"\"a", "Unterminated string starting at: line 1 column 1 (char 0)"},
      {"\"a\\", "Unterminated string starting at: line 1 column 1 (char 0)"},
      {"\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)"},
      {"\"\\u12\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
      {"\"\n\"", "Invalid control character at: line 1 column 2 (char 1)"},
      {"[\n\"\xC3\xA4\" x]", "Expecting ',' delimiter: line 2 column 5 (char 6)"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(rewritten(text), expected) << text;
  for (const char* text : {"[", "{\"a\":}", "nul", "+1", "NaN", "'a'"}) {
    EXPECT_FALSE(read_json(text).ok()) << text;
  }
}

TEST(Json, IsBoundedInDepthAndSize) {
  EXPECT_TRUE(rewritten(std::string(100000, '[')).starts_with("Nested too deeply"));
  EXPECT_TRUE(rewritten(std::string(Json::kMaxBytes + 1, ' ')).starts_with("JSON longer"));
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
