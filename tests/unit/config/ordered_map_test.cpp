#include "config/ordered_map.h"

#include <gtest/gtest.h>
#include <string>

namespace gaoler::config {
namespace {

TEST(OrderedMap, KeepsTheRankOfANameThatIsSetAgain) {
  OrderedMap<std::string, int> map;
  for (const char* name : {"b", "a", "b", "c"}) ++map.try_emplace(name).first;
  const std::vector<std::pair<std::string, int>> kExpected{{"b", 2}, {"a", 1}, {"c", 1}};
  EXPECT_EQ(map.items(), kExpected);
  EXPECT_EQ(map.find("d"), nullptr);
}

TEST(OrderedMap, FindsEveryNameOfManyAndNoOther) {
  OrderedMap<std::string, int> map;
  for (int i = 0; i < 5000; ++i) {
    EXPECT_TRUE(map.try_emplace("option " + std::to_string(i)).second);
    map.at_rank(static_cast<size_t>(i)) = i;
  }
  for (int i = 0; i < 5000; ++i) {
    const int* found = map.find("option " + std::to_string(i));
    ASSERT_TRUE(found) << i;
    EXPECT_EQ(*found, i);
  }
  EXPECT_FALSE(map.contains("option 5000"));
  EXPECT_FALSE(map.contains(""));
}

}  // namespace
}  // namespace gaoler::config
