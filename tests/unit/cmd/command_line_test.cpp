#include "cmd/command_line.h"

#include <gmock/gmock.h>

namespace gaoler::cmd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

using Words = std::vector<std::string>;

CommandLine line_of(Words options) {
  options.insert(options.begin(), "/usr/bin/fail2ban-client");
  auto parsed = parse_command_line(options);
  if (const auto* answer = std::get_if<Answer>(&parsed))
    ADD_FAILURE() << "answer: " << answer->text.substr(0, 60);
  auto* line = std::get_if<CommandLine>(&parsed);
  return line ? *line : CommandLine{};
}

Answer answer_of(Words options) {
  options.insert(options.begin(), "/usr/bin/fail2ban-client");
  auto parsed = parse_command_line(options);
  const auto* answer = std::get_if<Answer>(&parsed);
  return answer ? *answer : Answer{"no answer", -1};
}

TEST(CommandLine, OptionsEndAtTheFirstWord) {
  const std::pair<Words, Words> cases[] = {
      {{}, {}},
      {{"ping"}, {"ping"}},
      {{"-v", "status", "--all"}, {"status", "--all"}},
      {{"set", "j", "unbanip", "--report-absent", "192.0.2.1"},
       {"set", "j", "unbanip", "--report-absent", "192.0.2.1"}},
      {{"reload", "--restart", "--all", "-x"}, {"reload", "--restart", "--all", "-x"}},
      {{"set", "j", "bantime", "-1"}, {"set", "j", "bantime", "-1"}},
      {{"-q", "--", "-strange", "command"}, {"-strange", "command"}},
      {{"echo", "--", "-"}, {"echo", "--", "-"}},
      {{"-", "x"}, {"-", "x"}},
      {{"echo", ""}, {"echo", ""}},
  };
  for (const auto& [options, words] : cases) EXPECT_EQ(line_of(options).words, words);
}

TEST(CommandLine, TakesEveryOption) {
  const CommandLine line =
      line_of({"-c", "/c", "-s/s", "--pidfile=/p", "--pname", "f2b", "--loglevel", "DEBUG",
               "--logtarget", "syslog", "--syslogsocket", "auto", "--timeout", "1m", "-xfvvt",
               "--async", "-i", "--dp", "start"});
  EXPECT_EQ(line.program, "fail2ban-client");
  EXPECT_EQ(line.directory, "/c");
  EXPECT_EQ(line.overrides, (std::map<std::string, std::string>{{"socket", "/s"},
                                                                {"pidfile", "/p"},
                                                                {"loglevel", "DEBUG"},
                                                                {"logtarget", "syslog"},
                                                                {"syslogsocket", "auto"}}));
  EXPECT_EQ(line.process_name, "f2b");
  EXPECT_EQ(line.timeout, 60);
  EXPECT_EQ(line.verbosity, 3);
  EXPECT_EQ(line.dump, Dump::pretty);
  EXPECT_TRUE(line.force && line.test && line.wait_for_stream && line.interactive &&
              !line.background);
  EXPECT_THAT(line.words, ElementsAre("start"));
}

TEST(CommandLine, LaterOptionsBeatEarlierOnes) {
  EXPECT_TRUE(line_of({"-f", "-b"}).background);
  EXPECT_EQ(line_of({"-c", "/a", "--conf", "/b"}).directory, "/b");
  EXPECT_EQ(line_of({"-v", "-q", "-q"}).verbosity, 0);
}

TEST(CommandLine, LongOptionsMayBeCutShortWhileTheyAreClear) {
  EXPECT_EQ(line_of({"--sock", "/s"}).overrides,
            (std::map<std::string, std::string>{{"socket", "/s"}}));
  EXPECT_EQ(answer_of({"--log", "INFO"}).exit_code, 255);
}

TEST(CommandLine, SomeOptionsAreAnsweredAtOnce) {
  EXPECT_EQ(answer_of({"-V"}).text, "1.1.0");
  EXPECT_EQ(answer_of({"--version"}).text, "Fail2Ban v1.1.0");
  EXPECT_EQ(answer_of({"--str2sec", "1h30m"}).text, "5400");
  EXPECT_EQ(answer_of({"--str2sec", "1mo"}).text, "2629800.0");
  EXPECT_THAT(answer_of({"-h"}).text, StartsWith("Usage: fail2ban-client [OPTIONS] <COMMAND>\n"));
  EXPECT_EQ(answer_of({"-h"}).exit_code, 0);
}

TEST(CommandLine, MistakesAreAnsweredWithTheUsageOrTheReason) {
  for (const Words& options :
       {Words{"-Q"}, Words{"--bogus"}, Words{"-c"}, Words{"-1"}, Words{"--async=1"}}) {
    EXPECT_EQ(answer_of(options).exit_code, 255) << options[0];
    EXPECT_THAT(answer_of(options).text, StartsWith("Usage: ")) << options[0];
  }
  EXPECT_THAT(answer_of({"--timeout", "soon"}).text, StartsWith("ERROR: "));
  EXPECT_EQ(answer_of({"--str2sec", "x y"}).exit_code, 255);
}

}  // namespace
}  // namespace gaoler::cmd
