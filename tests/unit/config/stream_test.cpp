#include "config/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/memory_files.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

Request request_for(bool testing = false) {
  Request request;
  request.directory = "/c";
  request.accept_missing_logs = !testing;
  request.refuse_wrong_jails = testing;
  return request;
}

// The commands behind the server's own.
std::string jail_lines(const Stream& stream) {
  std::string lines;
  for (const protocol::Command& command : stream.commands) {
    bool of_server = command.size() == 3 && command[0] == protocol::Value("set");
    if (!of_server) lines += protocol::repr(command) + '\n';
  }
  return lines;
}

std::string messages(const std::vector<Diagnostic>& diagnostics) {
  std::string lines;
  for (const Diagnostic& diagnostic : diagnostics) lines += render(diagnostic) + '\n';
  return lines;
}

TEST(Stream, LaterFilesOverrideOptionByOption) {
  MemoryFiles files{
      {"/c/jail.conf",
       "[INCLUDES]\nbefore = paths.conf\n[DEFAULT]\nmaxretry = 1\nfindtime = 1\nbantime = "
       "1\n[j]\nenabled = true\n"},
      {"/c/jail.d/b.conf", "[j]\nfindtime = 3\nbantime = 3\n"},
      {"/c/jail.d/a.conf", "[j]\nfindtime = 2\n"},
      {"/c/jail.local", "[j]\nbantime = %(known/bantime)s%(mark)s\n"},
      {"/c/paths.conf", "[DEFAULT]\nmark = !\nmaxretry = 9\n"},
  };
  Stream stream = read_stream(files, request_for());
  EXPECT_EQ(stream.outcome, Outcome::good);
  EXPECT_EQ(jail_lines(stream),
            "['add', 'j', 'auto']\n"
            "['set', 'j', 'maxretry', 1]\n"
            "['set', 'j', 'findtime', '3']\n"
            "['set', 'j', 'bantime', '3!']\n"
            "['start', 'j']\n");
}

TEST(Stream, FilterAndActionBecomeCommands) {
  MemoryFiles files{
      {"/c/jail.conf",
       "[j]\nenabled = true\nfilter = f[mode=x]\naction = a[port=\"1,2\"]\n  p.py[k=v]\n"},
      {"/c/filter.d/f.conf",
       "[Definition]\nfailregex = <re-<mode>>\n  two <HOST>\nre-x = one <HOST>\nmaxlines = 2\n"},
      {"/c/action.d/a.conf",
       "[Definition]\nactionban = ban <ip> <port> <chain>\n[Init]\nchain = in\nset = "
       "4\n[Init?family=inet6]\nset = 6\n"},
  };
  Stream stream = read_stream(files, request_for());
  EXPECT_EQ(jail_lines(stream),
            "['add', 'j', 'auto']\n"
            "['set', 'j', 'maxlines', 2]\n"
            "['multi-set', 'j', 'addfailregex', ['one <HOST>', 'two <HOST>']]\n"
            "['set', 'j', 'addaction', 'a']\n"
            "['multi-set', 'j', 'action', 'a', [['actionban', 'ban <ip> 1,2 in'], ['port', '1,2'], "
            "['name', 'j'], "
            "['actname', 'a'], ['chain', 'in'], ['set', '4'], ['set?family=inet6', '6']]]\n"
            "['set', 'j', 'addaction', 'p', '/c/action.d/p.py', '{\"k\": \"v\"}']\n"
            "['start', 'j']\n");
}

TEST(Stream, AWrongJailIsSkippedAndOthersGoOn) {
  MemoryFiles files{
      {"/c/jail.conf", "[bad]\nenabled = true\nfilter = gone\n[good]\nenabled = true\n"}};
  Stream stream = read_stream(files, request_for());
  EXPECT_EQ(stream.outcome, Outcome::good);
  EXPECT_EQ(jail_lines(stream),
            "['config-error', \"Jail 'bad' skipped, because of wrong configuration: Unable to read "
            "the filter 'gone'\"]\n"
            "['add', 'good', 'auto']\n"
            "['start', 'good']\n");
  EXPECT_EQ(read_stream(files, request_for(true)).outcome, Outcome::some_wrong);
}

TEST(Stream, TellsAllMistakesOfAConfiguration) {
  MemoryFiles files{
      {"/c/fail2ban.conf", "[Definition]\n"},
      {"/c/jail.conf",
       "[a]\nenabled = true\nbantime = %(gone)s\n[b]\nenabled = true\nfindtime = 5%\n"},
  };
  Stream stream = read_stream(files, request_for());
  EXPECT_EQ(stream.outcome, Outcome::broken);
  EXPECT_TRUE(stream.commands.empty());
  std::string told = messages(stream.diagnostics);
  EXPECT_NE(told.find("/c/jail.conf:3:11: jail 'a': bad value substitution: option 'bantime' in "
                      "section 'a' uses 'gone', "
                      "which is not defined\n    bantime = %(gone)s\n              ^\n  define "
                      "'gone' in [a] or [DEFAULT]\n"),
            std::string::npos)
      << told;
  EXPECT_NE(told.find("/c/jail.conf:6:13: jail 'b': '%' must be followed by '%' or '('\n    "
                      "findtime = 5%\n                ^\n"),
            std::string::npos)
      << told;
}

TEST(Stream, MistakesInJailAndFilterAreToldWithTheirPlaces) {
  MemoryFiles files{
      {"/c/fail2ban.conf", "[Definition]\n"},
      {"/c/jail.conf",
       "[DEFAULT]\nenabled = true\naction = p.py\n[a]\nfilter = f\njournalmatch = x\n  'y\n"
       "[b]\nfilter = f[mode=x, \"y\"]\n[c]\nfilter = f\naction = a[port=\"1,2]\n[d]\nfilter = "
       "f\n"},
      {"/c/filter.d/f.conf", "[Definition]\njournalmatch = \"z\n"},
  };
  Stream stream = read_stream(files, request_for());
  EXPECT_EQ(stream.outcome, Outcome::broken);
  EXPECT_EQ(messages(stream.diagnostics),
            "/c/jail.conf:7:3: jail 'a': journalmatch can't be split into words: No closing "
            "quotation in \"'y\"\n"
            "      'y\n"
            "      ^\n"
            "  close the quote, or write \\\\ for a backslash\n"
            "/c/jail.conf:9:10: jail 'b': Invalid filter definition 'f[mode=x, \"y\"]': expected "
            "option, wrong syntax at 7:  \"y\"\n"
            "    filter = f[mode=x, \"y\"]\n"
            "             ^\n"
            "  write it as name[key=value, key=\"value\"]; the jail is skipped\n"
            "/c/jail.conf:12:10: jail 'c': Invalid action definition 'a[port=\"1,2]': expected "
            "option, wrong syntax at 8: 2\n"
            "    action = a[port=\"1,2]\n"
            "             ^\n"
            "  write it as name[key=value, key=\"value\"]; the jail is skipped\n"
            "/c/filter.d/f.conf:2:16: jail 'd': journalmatch can't be split into words: No closing "
            "quotation in \"\"z\"\n"
            "    journalmatch = \"z\n"
            "                   ^\n"
            "  close the quote, or write \\\\ for a backslash\n");
}

TEST(Stream, MissingLogsAreFatalOnlyForAStart) {
  MemoryFiles files{{"/c/jail.conf", "[j]\nenabled = true\nlogpath = /no/*.log\n"}};
  EXPECT_EQ(read_stream(files, request_for()).outcome, Outcome::good);
  EXPECT_EQ(read_stream(files, request_for(true)).outcome, Outcome::broken);
  MemoryFiles skipping{
      {"/c/jail.conf",
       "[j]\nenabled = true\nlogpath = /no/*.log\nskip_if_nologs = true\n[k]\nenabled = true\n"}};
  Request start = request_for(true);
  start.refuse_wrong_jails = false;
  EXPECT_EQ(read_stream(skipping, start).outcome, Outcome::good);
  EXPECT_EQ(read_stream(skipping, request_for(true)).outcome, Outcome::good);
}

TEST(Stream, PatternsOfLogsStandBesideTheCommands) {
  MemoryFiles files{
      {"/c/jail.conf",
       "[j]\nenabled = true\nlogpath = /l/*.log\n  /l/a.log tail\n  /l/[x]/?.log tail\n"
       "[off]\nlogpath = /l/*\n[journal]\nenabled = true\nbackend = systemd\nlogpath = /l/*\n"},
      {"/l/a.log", ""},
  };
  Stream stream = read_stream(files, request_for(true));
  EXPECT_EQ(jail_lines(stream),
            "['add', 'j', 'auto']\n"
            "['set', 'j', 'addlogpath', '/l/a.log', 'head']\n"
            "['set', 'j', 'addlogpath', '/l/a.log', 'tail']\n"
            "['add', 'journal', 'systemd']\n"
            "['start', 'j']\n"
            "['start', 'journal']\n");
  stream.commands = stream.log_globs;
  EXPECT_EQ(jail_lines(stream),
            "['set', 'j', 'addlogglob', '/l/*.log', 'head']\n"
            "['set', 'j', 'addlogglob', '/l/[x]/?.log', 'tail']\n");
}

TEST(Stream, AnOptionThatMultipliesItselfEndsWithAMessage) {
  std::string text = "[Definition]\nt0 = 0123456789\n";
  for (int i = 1; i < 40; ++i) {
    std::string below = "<t" + std::to_string(i - 1) + ">";
    text += "t" + std::to_string(i) + " = " + below + below + "\n";
  }
  MemoryFiles files{{"/c/jail.conf", "[j]\nenabled = true\nfilter = f\n"},
                    {"/c/filter.d/f.conf", text + "failregex = <t39>\n"}};
  Stream stream = read_stream(files, request_for());
  EXPECT_EQ(stream.outcome, Outcome::broken);
  EXPECT_NE(messages(stream.diagnostics).find("grows beyond"), std::string::npos);
}

TEST(Stream, IncludeLoopsAreCut) {
  MemoryFiles files{{"/c/jail.conf", "[INCLUDES]\nbefore = a.conf\n"},
                    {"/c/a.conf", "[INCLUDES]\nafter = jail.conf\n[j]\nenabled = true\n"}};
  EXPECT_EQ(jail_lines(read_stream(files, request_for())),
            "['add', 'j', 'auto']\n['start', 'j']\n");
}

TEST(ClientOptions, CommandLineBeatsTheFiles) {
  MemoryFiles files{{"/c/fail2ban.conf", "[Definition]\nloglevel = DEBUG\nsocket = /s\n"}};
  Request request = request_for();
  request.overrides["loglevel"] = "ERROR";
  ClientOptions client = read_client_options(files, request);
  EXPECT_TRUE(client.readable);
  EXPECT_EQ(client.loglevel, "ERROR");
  EXPECT_EQ(client.socket, "/s");
  EXPECT_EQ(client.logtarget, "/var/log/fail2ban.log");
  request.overrides["loglevel"] = "LOUD";
  EXPECT_FALSE(read_client_options(files, request).readable);
}

TEST(DumpIni, ShowsWhatAJailEndsUpWithAndReadsBackTheSame) {
  MemoryFiles files{
      {"/c/jail.conf", "[DEFAULT]\nport = 1\nmark = 5%%\n[j]\nenabled = true\nlogpath = a\n  b\n"},
      {"/c/jail.local", "[j]\nport = %(mark)s\n"}};
  base::Result<std::string> ini = dump_ini(files, request_for(), "j");
  ASSERT_TRUE(ini.ok()) << ini.error().message;
  EXPECT_EQ(*ini,
            "\n[j]\n"
            "enabled                        = true ; /c/jail.conf:5\n"
            "logpath                        = a\n"
            "    b ; /c/jail.conf:6\n"
            "port                           = 5%% ; /c/jail.local:2\n"
            "mark                           = 5%% ; /c/jail.conf:3\n"
            "\n\n");
  MemoryFiles dumped{{"/c/jail.conf", *ini}};
  EXPECT_EQ(jail_lines(read_stream(dumped, request_for())),
            jail_lines(read_stream(files, request_for())));
}

TEST(DumpIni, KeepsSectionsWithColonsApart) {
  MemoryFiles files{{"/c/jail.conf",
                     "[DEFAULT]\nenabled = true\n[a:b]\nmaxretry = 1\n"
                     "[a\x1f"
                     "b]\nmaxretry = 2\n[a\x1f.b]\nmaxretry = 3\n"}};
  const std::string lines = jail_lines(read_stream(files, request_for()));
  EXPECT_THAT(lines, testing::HasSubstr("['set', 'a:b', 'maxretry', 1]\n"));
  base::Result<std::string> ini = dump_ini(files, request_for(), "jail");
  ASSERT_TRUE(ini.ok()) << ini.error().message;
  MemoryFiles dumped{{"/c/jail.conf", *ini}};
  EXPECT_EQ(jail_lines(read_stream(dumped, request_for())), lines);
}

}  // namespace
}  // namespace gaoler::config
