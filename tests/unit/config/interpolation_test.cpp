#include "config/interpolation.h"

#include <gtest/gtest.h>

namespace gaoler::config {
namespace {

// The option "x" of [s], as text, or what kind of answer it is.
std::string resolved(const std::string& text, const Variables& variables = {}) {
  TextPool pool;
  Report report;
  const auto file = parse_ini("/f", text, report);
  Store store;
  store.merge(*file);
  Resolved answer = resolve(store, "s", "x", variables, pool, report);
  switch (answer.kind) {
    case Resolved::Kind::text:
      return std::string(answer.text);
    case Resolved::Kind::no_text:
      return "(no text)";
    case Resolved::Kind::no_option:
      return "(no option)";
    case Resolved::Kind::no_section:
      return "(no section)";
    case Resolved::Kind::mistake:
      return report.broken() ? "(mistake)" : "(mistake nobody was told)";
  }
  return {};
}

TEST(Interpolation, FindsNamesInVariablesThenSectionThenDefaults) {
  const std::string kFile =
      "[DEFAULT]\na = 1\nb = 1\nc = 1\n[s]\na = 2\nb = 2\nx = %(a)s%(b)s%(C)s\n";
  EXPECT_EQ(resolved(kFile), "221");
  Variables variables;
  variables.set("b", "3");
  EXPECT_EQ(resolved(kFile, variables), "231");
}

TEST(Interpolation, Table) {
  struct Case {
    const char* file;
    const char* expected;
  };
  const Case kCases[] = {
      {"[s]\nx = 5%%\n", "5%"},
      {"[s]\nx = %(__name__)s\n", "s"},
      {"[s]\ny = %(z)s\nz = %%\nx = <%(y)s>\n", "<%>"},
      {"[other]\ny = 1\n[s]\nx = %(other/y)s\n", "1"},
      {"[DEFAULT]\ny = 1\n[other]\n[s]\nx = %(other/y)s%(default/y)s\n", "11"},
      {"[Other]\ny = 1\n[s]\nx = %(Other/y)s\n", "(mistake)"},
      {"[s]\nx = 5%\n", "(mistake)"},
      {"[s]\nx = %(y)\ny = 1\n", "(mistake)"},
      {"[s]\nx = %()s\n", "(mistake)"},
      {"[s]\nx = %(gone)s\n", "(mistake)"},
      {"[s]\nx = %(y)s\ny = %(x)s\n", "(mistake)"},
      {"[s]\n", "(no option)"},
      {"[t]\n", "(no section)"},
  };
  for (const Case& c : kCases) EXPECT_EQ(resolved(c.file), c.expected) << c.file;
}

TEST(Interpolation, KnownIsWhatTheFileBeforeSaid) {
  TextPool pool;
  Report report;
  const auto first = parse_ini("/1", "[DEFAULT]\nd = 0\n[s]\ny = 1\n", report);
  const auto second = parse_ini("/2", "[s]\ny = %(known/y)s2%(known/d)s\n", report);
  Store store;
  store.merge(*first);
  store.merge(*second);
  EXPECT_EQ(resolve(store, "s", "y", {}, pool, report).text, "120");
}

}  // namespace
}  // namespace gaoler::config
