#include "config/jail_reader.h"

#include <gtest/gtest.h>

#include "config/memory_files.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

// What became of jail "j": the verdict, its commands, and how many mistakes were told.
struct Read {
  JailReader::Verdict verdict;
  std::string commands;
  size_t mistakes;
};

Read read(const std::string& jails, JailReader::Settings settings = {}) {
  MemoryFiles files{
      {"/c/jail.conf", jails},
      {"/c/filter.d/f.conf",
       "[Definition]\nfailregex = one <mode>\nusedns = no\n[Init]\nmode = m\n"},
      {"/c/action.d/a.conf", "[Definition]\n"},
      {"/l/a.log", ""},
      {"/l/b.log", ""},
  };
  Report report;
  Loader loader(files, "/c", report);
  Store* store = loader.load("jail");
  JailReader reader(loader, *store, "j", std::move(settings), report);
  Read result{reader.read(), {}, 0};
  for (const protocol::Command& command : reader.commands())
    result.commands += protocol::repr(command) + '\n';
  for (const Diagnostic& diagnostic : report.take())
    result.mistakes += diagnostic.level == base::LogLevel::error;
  return result;
}

const std::string kOn = "[j]\nenabled = true\n";

TEST(JailReader, OfADisabledJailOnlyTheFirstOptionsAreLookedAt) {
  Read off = read("[j]\nenabled = no\nbantime = %(gone)s\naction = [\n");
  EXPECT_EQ(off.verdict, JailReader::Verdict::disabled);
  EXPECT_EQ(off.commands, "");
  EXPECT_EQ(off.mistakes, 0u);
  EXPECT_EQ(read("[j]\nenabled = no\nfilter = %(gone)s\n").mistakes, 1u);
}

TEST(JailReader, OneThatIsForcedIsReadWithWhatIsLaidOver) {
  JailReader::Settings settings;
  settings.force_enabled = true;
  settings.laid_over = {{"mode", "x"}};
  Read forced = read("[j]\nfilter = f\n", settings);
  EXPECT_EQ(forced.verdict, JailReader::Verdict::good);
  EXPECT_EQ(forced.commands,
            "['add', 'j', 'auto']\n"
            "['set', 'j', 'usedns', 'no']\n"
            "['set', 'j', 'addfailregex', 'one x']\n");
}

TEST(JailReader, ItsOwnOptionsFollowItsFiltersAndMayUseThem) {
  EXPECT_EQ(read(kOn + "filter = f[mode=x]\nfailregex = %(known/failregex)s\n  two\n"
                       "maxretry = 3\nbantime.increment = on\nignoreip = a,b c\n")
                .commands,
            "['add', 'j', 'auto']\n"
            "['set', 'j', 'usedns', 'no']\n"
            "['multi-set', 'j', 'addfailregex', ['one x', 'two']]\n"
            "['set', 'j', 'maxretry', 3]\n"
            "['set', 'j', 'bantime.increment', True]\n"
            "['set', 'j', 'addignoreip', 'a', 'b', 'c']\n");
}

TEST(JailReader, ActionsAreNamedAfterTheirFileUnlessTheyMustDiffer) {
  struct Case {
    const char* action;
    const char* name;
  };
  const Case kCases[] = {
      {"a", "a"},           {"a[name=j]", "a"},    {"a[name=j-2]", "a-2"},
      {"a[name=x]", "a-x"}, {"a[actname=b]", "b"}, {"a[name=jx]", "ax"},
  };
  for (const Case& c : kCases) {
    std::string commands = read(kOn + "filter = f\naction = " + c.action + '\n').commands;
    EXPECT_NE(commands.find("['set', 'j', 'addaction', '" + std::string(c.name) + "']\n"),
              std::string::npos)
        << c.action << '\n'
        << commands;
  }
}

TEST(JailReader, OneThatCannotBeUsedIsSkippedWithTheReason) {
  struct Case {
    const char* options;
    const char* reason;
  };
  const Case kCases[] = {
      {"filter = gone\n", "Unable to read the filter 'gone'"},
      {"filter = f\naction = gone\n", "Unable to read action 'gone'"},
      {"filter = f\naction = a gone\n", "Unable to read action 'gone'"},
      {"filter = f [x=1]\n", "Unable to read the filter 'f '"},
  };
  for (const Case& c : kCases) {
    Read skipped = read(kOn + c.options);
    EXPECT_EQ(skipped.verdict, JailReader::Verdict::wrong);
    EXPECT_EQ(skipped.commands,
              "['config-error', \"Jail 'j' skipped, because of wrong configuration: " +
                  std::string(c.reason) + "\"]\n");
    EXPECT_GE(skipped.mistakes, 1u);
  }
}

TEST(JailReader, LogsAreLookedForUnlessTheJournalIsRead) {
  EXPECT_EQ(read(kOn + "logpath = /l/*.log tail\n  /l/a.log\n").commands,
            "['add', 'j', 'auto']\n"
            "['set', 'j', 'addlogpath', '/l/a.log', 'tail']\n"
            "['set', 'j', 'addlogpath', '/l/b.log', 'tail']\n"
            "['set', 'j', 'addlogpath', '/l/a.log', 'head']\n");
  EXPECT_EQ(read(kOn + "backend = systemd[a=b]\nlogpath = /l/*.log\n").commands,
            "['add', 'j', 'systemd[a=b]']\n");
  EXPECT_EQ(read(kOn + "logpath = /no/*.log\n").mistakes, 1u);
  Read skipped = read(kOn + "logpath = /no/*.log\nskip_if_nologs = true\n");
  EXPECT_EQ(skipped.verdict, JailReader::Verdict::without_logs);
  EXPECT_EQ(skipped.commands,
            "['config-error', \"Jail 'j' skipped, because of missing log files.\"]\n");
  EXPECT_EQ(skipped.mistakes, 0u);
}

}  // namespace
}  // namespace gaoler::config
