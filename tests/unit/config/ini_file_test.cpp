#include "config/ini_file.h"

#include <gtest/gtest.h>

namespace gaoler::config {
namespace {

struct Case {
  const char* text;
  const char* value;  // of [s] x
};

TEST(IniFile, ReadsValuesAsConfigParserDoes) {
  const Case kCases[] = {
      {"[s]\nx = 1", "1"},
      {"[s]\nX: 1", "1"},
      {"[s]\nx=a = b: c", "a = b: c"},
      {"[s]\nx = a\n  b\n\tc\n", "a\nb\nc"},
      {"[s]\nx = a\n  # gone\n  b", "a\nb"},
      {"[s]\nx = a\n; gone\n  b", "a\nb"},
      {"[s]\nx = a\n\n  b\n\n", "a\n\nb"},
      {"[s]\nx = a;b ;c", "a;b"},
      {"[s]\nx = a # b", "a # b"},
      {"[s]\nx = auto;", "auto;"},
      {"[s]\nx =\n  ; gone\n  a", "\na"},
      {"[s]\r\nx = a\r\n", "a"},
      {"[s] rest\nx = \"a\"", "\"a\""},
      {"  [s]\n  x = a\n  y = b", "a"},
  };
  for (const Case& c : kCases) {
    Report report;
    const auto file = parse_ini("f", c.text, report);
    const IniSection* section = file->sections.find("s");
    ASSERT_TRUE(section && section->options.contains("x")) << c.text;
    EXPECT_EQ(section->options.find("x")->value, c.value) << c.text;
    EXPECT_FALSE(report.broken()) << c.text;
  }
}

TEST(IniFile, TellsEveryMistakeWithItsPlace) {
  Report report;
  parse_ini("jail.conf", "early = 1\n[a]\nx = 1\n  y\nX = 2\n nonsense\nplain words\n[a]\n = 3\n",
            report);
  std::string told;
  for (const Diagnostic& diagnostic : report.take()) told += render(diagnostic) + "\n";
  EXPECT_EQ(told,
            "jail.conf:1:1: file does not begin with a section header\n"
            "    early = 1\n"
            "    ^\n"
            "  put a header such as [DEFAULT], [Definition] or the jail's [name] above this line\n"
            "jail.conf:5:1: option 'x' is given twice in [a], first in line 3\n"
            "    X = 2\n"
            "    ^\n"
            "  remove one of them, or move one to a .local file if it should override the other\n"
            "jail.conf:7:1: line is neither 'option = value' nor a [section]\n"
            "    plain words\n"
            "    ^\n"
            "  write 'option = value'; to continue the value above, indent the line deeper than "
            "its option\n"
            "jail.conf:8:1: section [a] begins twice in this file, first in line 2\n"
            "    [a]\n"
            "    ^\n"
            "  put the options of both under one [a] header\n"
            "jail.conf:9:2: option without a name\n"
            "     = 3\n"
            "     ^\n"
            "  put a name before the delimiter\n");
  EXPECT_TRUE(report.broken());
}

TEST(IniFile, GivesUpOnLinesThatNoConfigurationHas) {
  Report report;
  parse_ini("f", "[s]\nx = " + std::string(kMaxLineBytes, 'a'), report);
  EXPECT_TRUE(report.broken());
}

}  // namespace
}  // namespace gaoler::config
