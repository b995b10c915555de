#include "config/glob.h"

#include <gtest/gtest.h>

#include "config/memory_files.h"

namespace gaoler::config {
namespace {

TEST(Glob, MatchesAsFnmatchDoes) {
  struct Case {
    const char* pattern;
    const char* name;
    bool matches;
  };
  const Case kCases[] = {
      {"*", "", true},          {"*.log", "mail.log", true}, {"*.log", "mail.log.1", false},
      {"a*b*c", "axbyc", true}, {"a*b*c", "axbycx", false},  {"?", "é", true},
      {"??", "é", false},       {"[a-c]x", "bx", true},      {"[!a-c]x", "bx", false},
      {"[]x]", "]", true},      {"[x", "[x", true},          {"[x", "x", false},
      {"[a-]", "-", true},      {"ABC", "abc", false},       {"a[", "a[", true},
      {"[!]]", "]", false},     {"[!]]", "x", true},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(matches_pattern(c.name, c.pattern), c.matches) << c.pattern << " and " << c.name;
}

TEST(Glob, ManyStarsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches_pattern(std::string(5000, 'a') + 'b', pattern));
}

TEST(Glob, ExpandsDirectoriesAndNames) {
  MemoryFiles files{{"/l/a/x.log", ""}, {"/l/b/x.log", ""}, {"/l/b/.y.log", ""}, {"/l/z", ""}};
  using Paths = std::vector<std::string>;
  EXPECT_EQ(expand_glob(files, "/l/*/*.log"), (Paths{"/l/a/x.log", "/l/b/x.log"}));
  EXPECT_EQ(expand_glob(files, "/l/b/.*"), (Paths{"/l/b/.y.log"}));
  EXPECT_EQ(expand_glob(files, "/l/?"), (Paths{"/l/a", "/l/b", "/l/z"}));
  EXPECT_EQ(expand_glob(files, "/l/z"), (Paths{"/l/z"}));
  EXPECT_EQ(expand_glob(files, "/l/gone"), Paths{});
  EXPECT_EQ(expand_glob(files, "/gone/*"), Paths{});
}

}  // namespace
}  // namespace gaoler::config
