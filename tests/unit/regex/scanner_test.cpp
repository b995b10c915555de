#include "regex/scanner.h"

#include <gtest/gtest.h>
#include <random>

#include "dates/default_templates.h"
#include "regex/parser.h"

namespace gaoler::regex {
namespace {

// Both answers to one question; the scanner may pass it on.
void expect_same(const Scanner& scanner, const Pattern& pattern, std::string_view line,
                 size_t from) {
  std::vector<Span> ours;
  Match theirs;
  const Outcome outcome = scanner.search(line, from, ours);
  if (outcome == Outcome::gave_up) return;
  ASSERT_EQ(outcome, pattern.search(line, theirs, from)) << pattern.source() << "\non " << line;
  if (outcome != Outcome::matched) return;
  ASSERT_EQ(ours.size(), theirs.groups.size());
  for (size_t group = 0; group < ours.size(); ++group) {
    ASSERT_EQ(ours[group].begin, theirs.groups[group].begin) << pattern.source() << "\non " << line;
    ASSERT_EQ(ours[group].end, theirs.groups[group].end) << pattern.source() << "\non " << line;
  }
}

std::optional<Scanner> scanner_of(std::string_view regex) {
  const auto syntax = parse(regex, {});
  if (!syntax) return std::nullopt;
  return Scanner::make(*syntax);
}

std::vector<std::string> lines_around_dates() {
  const std::string_view dates[] = {"2026-11-22T10:00:00.123456+02:00",
                                    "2026/11/22  1:00:00",
                                    "Sun Nov 22 10:00:00.011 2026",
                                    "nov  2 10:00:61",
                                    "Sun Nov 22 2026 10:00:00",
                                    "22/11/26 10:00:00",
                                    "22/Nov/2026:10:00:00 -0000",
                                    "11/22/2026:10:00:00",
                                    "11-22-2026 10:00:00.252",
                                    "1795341600.123",
                                    "[1795341600]",
                                    "audit(1795341600.123:7)",
                                    "10:00:00",
                                    "<11/22/26@10:00:00>",
                                    "261122 10:00:00",
                                    "Nov 22, 2026 02:00:00 PM",
                                    "Nov-22-26 10:00:00",
                                    "20261122T100000",
                                    "PDT Nov 22 10:00:00",
                                    "+01:00 Nov 22 10:00:00",
                                    "@400000006b02bc6012345678",
                                    "no date",
                                    "",
                                    "\xc3\xa9t\xc3\xa9",
                                    "\xd9\xa1\xd9\xa2:00:00"};
  const std::string_view heads[] = {"",  " ",     "[",        "[ [",       "x",
                                    "7", "host ", "a b c d ", "\xc3\xa9 ", "2026-11-21 22/11/26 "};
  const std::string_view tails[] = {"",  " ",        "x",         "] host x[12]: y",
                                    "7", "\xc3\xa9", " 10:00:00", "\n"};
  std::vector<std::string> lines;
  for (const auto head : heads) {
    for (const auto date : dates) {
      for (const auto tail : tails) {
        lines.push_back(std::string(head) + std::string(date) + std::string(tail));
      }
    }
  }
  return lines;
}

TEST(Scanner, FindsDefaultFormatsAsTheGeneralEngineDoes) {
  std::mt19937 random(20261122);
  const std::vector<std::string> lines = lines_around_dates();
  for (const dates::DateTemplate& format : dates::default_templates()) {
    const auto scanner = scanner_of(format.regex());
    ASSERT_TRUE(scanner) << format.name();
    const auto pattern = Pattern::compile(format.regex(), {.quick = false});
    ASSERT_TRUE(pattern) << format.name();
    for (size_t i = 0; i < lines.size(); i += 1 + random() % 3) {
      std::string line = lines[i];
      expect_same(*scanner, *pattern, line, 0);
      if (line.empty()) continue;
      line[random() % line.size()] = " 0129:-/.TZamx["[random() % 15];
      if (!HasFatalFailure()) expect_same(*scanner, *pattern, line, random() % 4);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Scanner, MatchesEveryPartItUnderstandsAsTheGeneralEngineDoes) {
  const std::string_view regexes[] = {
      R"((a|ab)(c|bcd)(d*))",
      R"((a+?)(a*))",
      R"((?:(a)|b){2,3})",
      R"((\d{1,3}?)(\d))",
      R"(^$)",
      R"(\Aab\Z)",
      R"(a$)",
      R"(\bb)",
      R"(\Bb)",
      R"((?<=a)b)",
      R"((?<!a)b)",
      R"((?<=^a)b)",
      R"((?=(?:ab))a)",
      R"((?!ab)a)",
      R"((a)(b)?\2)",
      R"((?i)(ab)\1)",
      R"((?i)[^b]+k)",
      R"(\w+\s\W)",
      R"([^\d\s]{2,})",
      R"((?:a|b|)c)",
      R"((?:)b)",
      R"(\S*\d)",
      R"((x?)(x?)b)",
      R"(.b)",
      R"((?s).b)",
      R"((?:ab)*c)",
      R"((a|b)*?(c|$))",
      R"((?:(a)|(b)|ab){2,}d?)",
      R"((?:a(?:b1?)*)+(.))",
      R"((a|\bb)+)",
  };
  std::mt19937 random(7);
  for (const std::string_view regex : regexes) {
    const auto scanner = scanner_of(regex);
    ASSERT_TRUE(scanner) << regex;
    const auto pattern = Pattern::compile(regex, {.quick = false});
    ASSERT_TRUE(pattern) << regex;
    for (int i = 0; i < 400; ++i) {
      std::string line;
      for (size_t n = random() % 8; n > 0; --n) {
        constexpr std::string_view kParts[] = {
            "a", "b", "ab", "c", "d", "A", "1", "22", " ", "\xc3\xa9", "\xe2\x84\xaa", "\n", "x"};
        line += kParts[random() % std::size(kParts)];
      }
      expect_same(*scanner, *pattern, line, 0);
      if (HasFatalFailure()) return;
    }
  }
}

// A shape may not fit what it could; where it fits, the groups are those of a search.
TEST(Scanner, ShapeFitsOnlyTextsWithTheSameMatch) {
  std::mt19937 random(11);
  const auto below = [&](size_t n) { return random() % n; };
  const std::vector<std::string> lines = lines_around_dates();
  const std::string_view others = "0123456789 :-/.,TZ+[]x\xc3";
  size_t fitted = 0;
  for (const dates::DateTemplate& one : dates::default_templates()) {
    const auto scanner = scanner_of(one.regex());
    if (!scanner) continue;
    for (const std::string& line : lines) {
      Shape shape;
      std::vector<Span> groups;
      if (scanner->search(line, 0, line.size(), groups, shape) != Outcome::matched) continue;
      for (size_t i = 0; i < 100; ++i) {
        std::string other = line;
        for (size_t n = below(3); n-- > 0;)
          other[below(other.size())] = others[below(others.size())];
        if (below(8) == 0) other.resize(below(other.size() + 1));
        if (!shape.fits(other, 0)) continue;
        ++fitted;
        ASSERT_EQ(scanner->search(other, 0, groups), Outcome::matched) << other;
        for (size_t group = 0; group < groups.size(); ++group) {
          ASSERT_EQ(shape.groups()[group].begin, groups[group].begin) << line << " and " << other;
          ASSERT_EQ(shape.groups()[group].end, groups[group].end) << line << " and " << other;
        }
      }
    }
  }
  EXPECT_GT(fitted, 10'000u);
}

TEST(Scanner, LeavesTheRestToTheGeneralEngine) {
  for (const std::string_view regex :
       {R"((?:a?)*)", R"((?:ab){20})", R"((?:ab){20,})", R"((a)?(?(1)b|c))", R"((?>a+)b)",
        R"(a++b)", R"((?=(a))b)", R"((?a)\bb)", R"((?m)^a)"}) {
    EXPECT_FALSE(scanner_of(regex)) << regex;
  }
}

TEST(Scanner, StaysInTheTextWhereItIsNoUtf8) {
  const auto scanner = scanner_of(R"(^[^b][^b]*c)");
  ASSERT_TRUE(scanner);
  std::vector<Span> groups;
  EXPECT_EQ(scanner->search("a\x9f\xbd\x9f", 0, groups), Outcome::no_match);
  EXPECT_EQ(scanner->search("\xe6\x97", 0, groups), Outcome::no_match);
}

TEST(Scanner, GivesUpBeforeItGetsDeep) {
  const auto scanner = scanner_of(R"((?:a|b)*ac)");
  ASSERT_TRUE(scanner);
  std::vector<Span> groups;
  EXPECT_EQ(scanner->search(std::string(100, 'a') + "bac", 0, groups), Outcome::matched);
  EXPECT_EQ(scanner->search(std::string(60'000, 'a') + "bac", 0, groups), Outcome::gave_up);
}

TEST(Scanner, GivesUpBeforeItTakesLong) {
  const auto scanner = scanner_of(R"((?:a|aa){16}(?:a|aa){16}a{32}b)");
  ASSERT_TRUE(scanner);
  std::vector<Span> groups;
  EXPECT_EQ(scanner->search(std::string(200, 'a'), 0, groups), Outcome::gave_up);
}

// What follows a repeat can begin only where the repeat ends: nothing is tried in between.
TEST(Scanner, GoesThroughALongRepeatOnceWhereNothingElseCanFollow) {
  constexpr size_t kBytes = 10 * kMaxScannerSteps / 4;
  const std::string line(kBytes, 'a');
  for (const char* regex : {R"(^[^\[]*\[)", R"(^\w+?,)", R"(^(\w*)\b:)"}) {
    const auto scanner = scanner_of(regex);
    ASSERT_TRUE(scanner) << regex;
    Shape shape;
    std::vector<Span> groups;
    EXPECT_EQ(scanner->search(line, 0, 0, groups, shape), Outcome::no_match) << regex;
  }
}

TEST(Scanner, RepeatsEndAsTheGeneralEngineEndsThem) {
  for (const char* regex : {R"([^\[]*\[x)", R"((\d+)-)", R"(\d{2,3}-)", R"(\d{2,3}?-)",
                            R"(\d*?(?=-))", R"(\w*(?:-|,)x)", R"(\w*-?x)", R"((\w*)(?<=b)-)",
                            R"(\D*\d)", R"(\W*\w\b)", R"(a*(-*)b)", R"([^\w]*\xe9)"}) {
    const auto scanner = scanner_of(regex);
    const auto pattern = Pattern::compile(regex, {.quick = false});
    ASSERT_TRUE(scanner && pattern) << regex;
    for (const char* line : {"", "[", "[x", "a[[x", "1-", "12-", "123-", "1234-x", "ab-x", "ab,xx",
                             "a\xc3\xa9-1", "--b", "ab--", "-- \xc3\xa9", "abx", "\xc3\xa9"}) {
      for (size_t from = 0; from <= std::string_view(line).size(); ++from) {
        if ((line[from] & 0xc0) != 0x80) expect_same(*scanner, *pattern, line, from);
        if (HasFatalFailure()) return;
      }
    }
  }
}

}  // namespace
}  // namespace gaoler::regex
