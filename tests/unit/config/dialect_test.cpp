#include "config/dialect.h"

#include <gtest/gtest.h>

#include "config/memory_files.h"
#include "config/stream.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

constexpr const char* kFilter = "[Definition]\nfailregex = x\njournalmatch = _COMM=f\n";

std::string lines_of(const MemoryFiles& files, bool start = false) {
  Request request;
  request.directory = "/c";
  request.accept_missing_logs = !start;
  Stream stream = read_stream(files, request);
  if (stream.outcome == Outcome::broken) return "broken\n";
  std::string lines;
  for (const protocol::Command& command : stream.commands) {
    bool told = command[0] == protocol::Value("add") ||
                command[0] == protocol::Value("config-error") ||
                command[0] == protocol::Value("multi-set");
    if (told) lines += protocol::repr(command) + '\n';
  }
  return lines;
}

// Two jails, the first without log files; `options` are that one's, `defaults` are everybody's.
std::string without_logs(const std::string& defaults, const std::string& options,
                         bool start = false,
                         const std::string& match = "journalmatch = _COMM=x\n") {
  return lines_of({{"/c/jail.conf", "[DEFAULT]\nenabled = true\n" + defaults +
                                        "[a]\nlogpath = /no\nfilter = f\n" + match + options +
                                        "[b]\nfilter = f\n"},
                   {"/c/filter.d/f.conf", kFilter}},
                  start);
}

TEST(Dialect, ATreeThatNamesNeitherOptionIsReadAs110) {
  EXPECT_EQ(without_logs("", ""), "['add', 'a', 'auto']\n['add', 'b', 'auto']\n");
  EXPECT_EQ(without_logs("", "", true), "broken\n");
}

TEST(Dialect, AnySectionThatNamesAnOptionMakesTheTree111) {
  std::string moved = "['add', 'a', 'systemd']\n['add', 'b', 'auto']\n";
  EXPECT_EQ(without_logs("skip_if_nologs = false\n", ""), moved);
  EXPECT_EQ(without_logs("", "[off]\nenabled = false\nskip_if_nologs = true\n"), moved);
  EXPECT_EQ(without_logs("", "[off]\nenabled = false\nsystemd_if_nologs = false\n", true), moved);
}

TEST(Dialect, WithoutLogsAJailOf111MovesToTheJournalUnlessItMayNot) {
  struct Case {
    const char* options;
    const char* first_jail;
  };
  const Case kCases[] = {
      {"skip_if_nologs = true\n", "['add', 'a', 'systemd']\n"},
      {"backend = polling\nskip_if_nologs = false\n", "['add', 'a', 'polling']\n"},
      {"systemd_if_nologs = false\n", "['add', 'a', 'auto']\n"},
      {"systemd_if_nologs = no\nskip_if_nologs = yes\n",
       "['config-error', \"Jail 'a' skipped, because of missing log files.\"]\n"},
      {"backend = polling\nskip_if_nologs = 1\n",
       "['config-error', \"Jail 'a' skipped, because of missing log files.\"]\n"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(without_logs("", c.options), c.first_jail + std::string("['add', 'b', 'auto']\n"))
        << c.options;
  }
}

TEST(Dialect, OnlyAJournalMatchOfItsOwnMovesAJailOf111) {
  std::string own = "journalmatch =\n";
  EXPECT_EQ(without_logs("systemd_if_nologs = yes\n", "", false, own),
            "['add', 'a', 'systemd']\n['add', 'b', 'auto']\n");
  EXPECT_EQ(without_logs("systemd_if_nologs = yes\n", "", false, ""),
            "['add', 'a', 'auto']\n['add', 'b', 'auto']\n");
}

// An action with a variant for one family, used with and without a parameter of that name.
std::string variants(const std::string& parameters, const std::string& defaults) {
  return lines_of(
      {{"/c/jail.conf", "[DEFAULT]\n" + defaults + "[j]\nenabled = true\naction = a" + parameters},
       {"/c/action.d/a.conf", "[Definition]\n[Init]\nset = 4\n[Init?family=inet6]\nset = 6\n"}});
}

std::string properties(const std::string& pairs) {
  return "['add', 'j', 'auto']\n['multi-set', 'j', 'action', 'a', [" + pairs + "]]\n";
}

TEST(Dialect, AParameterBeatsTheFamilyVariantsSince111) {
  const std::string kNames = "['name', 'j'], ['actname', 'a']";
  EXPECT_EQ(variants("[set=x]", ""),
            properties("['set', 'x'], " + kNames + ", ['set?family=inet6', '6']"));
  const std::string kNewer = "skip_if_nologs = false\n";
  EXPECT_EQ(variants("[set=x]", kNewer),
            properties("['set', 'x'], " + kNames + ", ['set?family=inet6', 'x']"));
  EXPECT_EQ(variants("", kNewer), properties(kNames + ", ['set', '4'], ['set?family=inet6', '6']"));
}

TEST(Dialect, AParameterMayNameTheFamilyItIsFor) {
  for (const char* defaults : {"", "skip_if_nologs = false\n"}) {
    EXPECT_EQ(variants("[set=x, set?family=inet6=\"y\"]", defaults),
              properties("['set', 'x'], ['set?family=inet6', 'y'], ['name', 'j'], "
                         "['actname', 'a']"));
  }
}

TEST(Dialect, TheDefaultBanActionMayStandInThePathsFile) {
  MemoryFiles files{
      {"/c/jail.conf",
       "[INCLUDES]\nbefore = paths-x.conf\n[DEFAULT]\naction = %(banaction)s[port=1]\n[j]\nenabled "
       "= true\n"},
      {"/c/paths-x.conf", "[INCLUDES]\nbefore = paths-common.conf\n[DEFAULT]\nbanaction = new\n"},
      {"/c/paths-common.conf", "[DEFAULT]\nbanaction = old\n"},
      {"/c/action.d/new.conf", "[Definition]\n"}};
  EXPECT_EQ(lines_of(files),
            "['add', 'j', 'auto']\n['multi-set', 'j', 'action', 'new', [['port', '1'], ['name', "
            "'j'], ['actname', 'new']]]\n");
}

}  // namespace
}  // namespace gaoler::config
