#include "dates/directive.h"

#include <gtest/gtest.h>

namespace gaoler::dates {
namespace {

std::string name_of(std::string_view pattern) {
  const auto expansion = expand_directives(pattern, "202");
  return expansion ? expansion->name : expansion.error().message;
}

TEST(Directive, NamesAreWords) {
  EXPECT_EQ(name_of("%Y-%m-%d[T ]%H:%M:%S(?:[.,]%f)?%z"),
            "Year-Month-Day[T ]24hour:Minute:Second(?:[.,]Microseconds)?Zone offset");
  EXPECT_EQ(
      name_of("%a %A %b %B %I %p %y %j %U %W %w %Z %k %l %%"),
      "DAY DAYNAME MON MONTH 12hour AMPM Year2 Yearday Yearweek Yearweek Weekday Zone name %k "
      "%l %");
  EXPECT_EQ(name_of("%ExY%Exm%Exd%ExH%ExM%ExS%Exy%ExZ%Exz"),
            "ExYearExMonthExDayEx24hourExMinuteExSecondExYear2ExZone nameExZone offset");
}

TEST(Directive, BadPercentSignsAreToldInPythonsWords) {
  EXPECT_EQ(name_of("%q"), "unsupported format character 'q' (0x71) at index 1");
  EXPECT_EQ(name_of("%Y-%q"), "unsupported format character 'q' (0x71) at index 7");
  EXPECT_EQ(name_of("%ExY %ExQ"), "unsupported format character 'E' (0x45) at index 9");
  EXPECT_EQ(name_of("%Y %"), "incomplete format");
}

TEST(Directive, ExactYearsReachFrom2000ToTheDecadeThreeYearsAhead) {
  EXPECT_EQ(decades_around(2026), "200|201|202");
  EXPECT_EQ(decades_around(2027), "200|201|202|203");
  EXPECT_EQ(decades_around(2030), "200|201|202|203");
  EXPECT_EQ(decades_around(2001), "200");
  EXPECT_EQ(expand_directives("%ExY", "200|201")->regex, R"((?P<Y>(?:200|201)\d))");
}

TEST(Directive, NamesOfDaysAndMonthsAreLetters) {
  for (const std::string_view yes : {"%b", "x%a", "%d %p", "%A", "%B", "%c"}) {
    EXPECT_TRUE(has_letters_directive(yes)) << yes;
  }
  for (const std::string_view no : {"", "%", "%Y", "%%b", "%z", "%Z", "b"}) {
    EXPECT_FALSE(has_letters_directive(no)) << no;
  }
}

}  // namespace
}  // namespace gaoler::dates
