#include "config/tags.h"

#include <gtest/gtest.h>

namespace gaoler::config {
namespace {

using Named = std::vector<std::pair<std::string, std::string>>;

// What becomes of the first option; `file` is known to the lookup only.
std::string substituted(const Named& options, const TagNames& untouched = {},
                        const Named& file = {}) {
  Texts texts;
  for (const auto& [name, text] : options) texts.set(name, text);
  Texts beyond;
  for (const auto& [name, text] : file) beyond.set(name, text);
  TextPool pool;
  Report report;
  auto lookup = [&](std::string_view tag) { return beyond.find(tag); };
  auto place = [](std::string_view, std::string_view) { return Place{}; };
  if (!substitute_tags(texts, untouched, lookup, pool, report, place))
    return report.broken() ? "(mistake)" : "(mistake nobody was told)";
  return std::string(*texts.items().front().second);
}

TEST(Tags, TheInnermostIsReplacedFirstAndUnknownOnesStay) {
  struct Case {
    Named options;
    const char* expected;
  };
  const Case kCases[] = {
      {{{"x", "<a>-<a>"}, {"a", "1"}}, "1-1"},
      {{{"x", "<HOST> <a b> <> << <a"}, {"a", "1"}}, "<HOST> <a b> <> << <a"},
      {{{"x", "<lt_<m>/re>"}, {"m", "n"}, {"lt_n/re", "ok"}}, "ok"},
      {{{"x", "<<a>>"}, {"a", "b"}, {"b", "2"}}, "2"},
      {{{"x", "<a>"}, {"a", "<b>"}, {"b", "<c>"}, {"c", "3"}}, "3"},
      {{{"x", "<A>"}, {"a", "1"}}, "<A>"},
      {{{"x", "<a>"}, {"a", ""}}, ""},
      {{{"x", "<x>"}}, "(mistake)"},
      {{{"x", "<a>"}, {"a", "<b>"}, {"b", "<a>"}}, "(mistake)"},
      {{{"x", "plain"}, {"a", "<b>"}, {"b", "<a>"}}, "(mistake)"},
  };
  for (const Case& c : kCases) EXPECT_EQ(substituted(c.options), c.expected) << c.expected;
}

TEST(Tags, TagsOfBansAreNeitherChangedNorInserted) {
  EXPECT_EQ(substituted({{"x", "<t> <a>"}, {"t", "<a>"}, {"a", "1"}}, {"t"}), "<t> 1");
  EXPECT_EQ(substituted({{"t", "<t> <a>"}, {"a", "1"}}, {"t"}), "<t> <a>");
}

TEST(Tags, OptionsBeatWhatIsLookedUp) {
  EXPECT_EQ(substituted({{"x", "<a><b>"}, {"a", "1"}}, {}, {{"a", "2"}, {"b", "<a>"}}), "11");
}

TEST(Tags, ManyPlainUsesOfOneTagAreNoCircle) {
  std::string uses;
  for (int i = 0; i < 100; ++i) uses += "<a>";
  EXPECT_EQ(substituted({{"x", uses}, {"a", "1"}}), std::string(100, '1'));
}

TEST(Tags, GrowthEndsAtTheCap) {
  EXPECT_EQ(
      substituted({{"x", "<a><b>"}, {"a", std::string(kMaxSubstitutedBytes, 'a')}, {"b", "1"}}),
      "(mistake)");
}

}  // namespace
}  // namespace gaoler::config
