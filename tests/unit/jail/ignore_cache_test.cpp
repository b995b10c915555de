#include "jail/ignore_cache.h"

#include <gtest/gtest.h>

namespace gaoler::jail {
namespace {

IgnoreCache cache_of(const std::map<std::string, std::string>& parts) {
  return IgnoreCache(*IgnoreCacheOptions::from(parts));
}

TEST(IgnoreCache, ReadsItsOptions) {
  const auto options = IgnoreCacheOptions::from({{"key", "<ip>"}, {"max-count", "5"}});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->key, "<ip>");
  EXPECT_EQ(options->max_count, 5u);
  EXPECT_EQ(options->max_time.seconds, 300);
  EXPECT_FALSE(IgnoreCacheOptions::from({{"max-count", "5"}}).ok());
  EXPECT_FALSE(IgnoreCacheOptions::from({{"key", "x"}, {"max-count", "-5"}}).ok());
  EXPECT_FALSE(IgnoreCacheOptions::from({{"key", "x"}, {"max-time", "soon"}}).ok());
}

TEST(IgnoreCache, ForgetsAfterItsTime) {
  IgnoreCache cache = cache_of({{"key", "<ip>"}, {"max-time", "10"}});
  cache.set("a", true, 100);
  cache.set("b", false, 100);
  EXPECT_EQ(cache.get("a", 109), true);
  EXPECT_EQ(cache.get("b", 109), false);
  EXPECT_EQ(cache.get("a", 110), std::nullopt);
  EXPECT_EQ(cache.get("c", 100), std::nullopt);
}

TEST(IgnoreCache, DropsTheFirstInBeyondItsCount) {
  IgnoreCache cache = cache_of({{"key", "<ip>"}, {"max-count", "2"}});
  cache.set("a", true, 1);
  cache.set("b", true, 1);
  cache.set("a", false, 1);
  cache.set("c", true, 1);
  EXPECT_EQ(cache.get("a", 1), std::nullopt);
  EXPECT_EQ(cache.get("b", 1), true);
  EXPECT_EQ(cache.get("c", 1), true);
  cache.clear();
  EXPECT_EQ(cache.get("c", 1), std::nullopt);
}

}  // namespace
}  // namespace gaoler::jail
