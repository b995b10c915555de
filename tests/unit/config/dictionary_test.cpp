#include "config/dictionary.h"

#include <gtest/gtest.h>

namespace gaoler::config {
namespace {

TEST(Dictionary, NoTwoNamesShareAKey) {
  const std::pair<const char*, const char*> kNames[] = {{"a", "b:c"},
                                                        {"a:b", "c"},
                                                        {"a\x1f"
                                                         "b",
                                                         "c"},
                                                        {"a\x1f.b", "c"},
                                                        {"a\x1f", ".b:c"},
                                                        {"a", "b\x1f.c"},
                                                        {"a:b:c", ""}};
  Dictionary dictionary;
  for (const auto& [section, option] : kNames)
    dictionary.set(Dictionary::key(section, option), std::string(section) + '|' + option);
  for (const auto& [section, option] : kNames)
    EXPECT_EQ(dictionary.get(Dictionary::key(section, option)),
              std::string(section) + '|' + option);
}

TEST(Dictionary, NamesArePrintedAsTheyWere) {
  Dictionary dictionary;
  dictionary.add_section(Dictionary::key("a:b\x1f.", {}));
  dictionary.set(Dictionary::key("a:b\x1f.", "c:d"), "1");
  EXPECT_EQ(dictionary.text(), "\n[a:b\x1f.]\nc:d                            = 1\n\n\n");
}

}  // namespace
}  // namespace gaoler::config
