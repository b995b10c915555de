#include "config/definition.h"

#include <gtest/gtest.h>

#include "config/commands.h"
#include "config/memory_files.h"

namespace gaoler::config {
namespace {

using Named = std::vector<std::pair<std::string, std::string>>;

Texts texts_of(const Named& options) {
  Texts texts;
  for (const auto& [name, text] : options) texts.set(name, text);
  return texts;
}

// All options of action.d/a with these parameters, one "name=text" a line; "-" is no text.
std::string combined(const std::string& file, const Named& parameters, const Named& jail = {},
                     Dialect dialect = Dialect::fail2ban_1_1_0) {
  MemoryFiles files{{"/c/action.d/a.conf", file}};
  Report report;
  TextPool pool;
  Loader loader(files, "/c", report);
  Definition definition("action.d/a", texts_of(parameters), kActionSpecs, dialect, pool, report);
  if (!definition.load(loader)) return "no file";
  definition.read(texts_of(jail), false);
  std::optional<Texts> all = definition.combine({"ip"});
  if (!all) return "mistake";
  std::string lines;
  for (const auto& [name, text] : all->items())
    lines += std::string(name) + '=' + std::string(text.value_or("-")) + '\n';
  return lines;
}

TEST(Definition, WhatAJailGivesBeatsTheFilesInit) {
  EXPECT_EQ(combined("[Definition]\nactionban = <port> <chain> <known/port>\nunknown = 1\n"
                     "[Init]\nport = 1\nchain = in\n",
                     {{"port", "2"}}),
            "actionban=2 in 1\nport=2\nknown/port=1\nknown/chain=in\nchain=in\n");
}

TEST(Definition, ParametersAndJailOptionsAreInsertedToo) {
  EXPECT_EQ(combined("[Definition]\nactionban = %(port)s %(maxretry)s\n", {{"port", "2"}},
                     {{"maxretry", "3"}}),
            "actionban=2 3\nport=2\n");
  EXPECT_EQ(combined("[Definition]\nactionban = x\nactionstop = y\n", {{"actionstop", "mine"}},
                     {{"actionban", "the jail's"}}),
            "actionstop=mine\n");
}

TEST(Definition, OptionsWithAConditionWaitForTheBan) {
  const std::string file =
      "[Definition]\nactionban = <set> <ip>\n[Init]\nset = 4\n[Init?family=inet6]\nset = 6\n";
  EXPECT_EQ(combined(file, {}),
            "actionban=<set> <ip>\nknown/set=4\nset=4\nknown/set?family=inet6=6\n"
            "set?family=inet6=6\n");
  EXPECT_EQ(combined(file, {{"set", "x"}}),
            "actionban=<set> <ip>\nset=x\nknown/set=4\nknown/set?family=inet6=6\n"
            "set?family=inet6=6\n");
  EXPECT_EQ(combined(file, {{"set", "x"}}, {}, Dialect::fail2ban_1_1_1),
            "actionban=<set> <ip>\nset=x\nknown/set=4\nknown/set?family=inet6=6\n"
            "set?family=inet6=x\n");
}

TEST(Definition, TagsFindOtherSectionsOfTheFile) {
  EXPECT_EQ(combined("[DEFAULT]\nd = 1\n[Definition]\nactionban = <d> <lt_<mode>/x> <gone>\n"
                     "[lt_a]\nx = yes\n",
                     {{"mode", "a"}}),
            "actionban=1 yes <gone>\nmode=a\n");
  EXPECT_EQ(combined("[Definition]\nactionban = <actionban>\n", {}), "mistake");
}

TEST(Definition, AWrongNumberIsToldWhereItStands) {
  MemoryFiles files{{"/c/filter.d/f.conf", "[Definition]\nfailregex = x\nmaxlines = two\n"}};
  Report report;
  TextPool pool;
  Loader loader(files, "/c", report);
  Definition filter("filter.d/f", {}, kFilterSpecs, Dialect::fail2ban_1_1_0, pool, report);
  ASSERT_TRUE(filter.load(loader));
  EXPECT_EQ(filter.typed("maxlines", "2"), protocol::Value(2));
  EXPECT_EQ(filter.typed("failregex", "2"), protocol::Value("2"));
  EXPECT_TRUE(filter.typed("maxlines", "two").is_none());
  std::vector<Diagnostic> told = report.take();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].place, (Place{"/c/filter.d/f.conf", 3, 1, "maxlines = two"}));
}

TEST(Definition, AFileThatIsNotThereIsTold) {
  MemoryFiles files{};
  Report report;
  TextPool pool;
  Loader loader(files, "/c", report);
  Definition filter("filter.d/f", {}, kFilterSpecs, Dialect::fail2ban_1_1_0, pool, report);
  EXPECT_FALSE(filter.load(loader));
  EXPECT_EQ(report.take().size(), 1u);
}

}  // namespace
}  // namespace gaoler::config
