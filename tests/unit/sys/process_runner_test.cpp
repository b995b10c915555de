#include "sys/process_runner.h"

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <signal.h>
#include <unistd.h>

namespace gaoler::sys {
namespace {

using End = ProcessResult::End;

class ProcessRunnerTest : public testing::Test {
 protected:
  ProcessResult run(ProcessRequest request) {
    std::optional<ProcessResult> result;
    runner_.run(std::move(request), [&](ProcessResult got) { result = std::move(got); });
    EXPECT_FALSE(result) << "called inside run()";
    loop_.restart();
    loop_.run_for(std::chrono::seconds(10));
    EXPECT_TRUE(result);
    EXPECT_EQ(runner_.running(), 0u);
    return result.value_or(ProcessResult{});
  }

  boost::asio::io_context loop_;
  ProcessRunner runner_{loop_};
};

TEST_F(ProcessRunnerTest, TellsHowAScriptEndedAndWhatItSaid) {
  struct Case {
    const char* script;
    End end;
    int code;
    const char* output;
    const char* errors;
  };
  const Case cases[] = {
      {"echo out; echo err >&2", End::exited, 0, "out\n", "err\n"},
      {"exit 3", End::exited, 3, "", ""},
      {"kill -9 $$", End::signalled, 9, "", ""},
      {"cat", End::exited, 0, "", ""},
      {"no-such-command-here 2>/dev/null", End::exited, 127, "", ""},
      {"echo \"$0|$1\"", End::exited, 0, "a b|$(echo c)\n", ""},
  };
  for (const auto& c : cases) {
    const auto result = run({c.script, {"a b", "$(echo c)"}, 10});
    EXPECT_EQ(result.end, c.end) << c.script;
    EXPECT_EQ(result.code, c.code) << c.script;
    EXPECT_EQ(result.output, c.output) << c.script;
    EXPECT_EQ(result.errors, c.errors) << c.script;
    EXPECT_EQ(result.ok(), c.end == End::exited && c.code == 0);
  }
}

TEST_F(ProcessRunnerTest, HasItsOwnSessionAndNoDescriptorOfOurs) {
  std::ifstream held[9];  // opened without close-on-exec
  for (auto& file : held) file.open("/dev/null");
  const auto result =
      run({"ps -o sid= -p $$ | tr -d ' '; echo $$; ls /proc/$$/fd | wc -w", {}, 10});
  std::istringstream words(result.output);
  long session = 0;
  long pid = 0;
  int descriptors = 0;
  words >> session >> pid >> descriptors;
  EXPECT_EQ(session, pid);
  EXPECT_LE(descriptors, 3 + 1);  // the shell may hold one for itself
}

TEST_F(ProcessRunnerTest, OutputBeyondTheCapIsDroppedWithoutBlocking) {
  const auto result =
      run({"head -c 1000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero >&2", {}, 10});
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(result.truncated);
  EXPECT_EQ(result.output.size(), ProcessRunner::kMaxOutputBytes);
  EXPECT_EQ(result.errors.size(), ProcessRunner::kMaxOutputBytes);
}

TEST_F(ProcessRunnerTest, TimeoutEndsTheWholeGroup) {
  const auto begin = std::chrono::steady_clock::now();
  const auto result = run({"sleep 100 & echo $!; wait", {}, 0.1});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_TRUE(result.timed_out);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.end, End::signalled);
  EXPECT_EQ(result.code, SIGTERM);
  usleep(50'000);
  EXPECT_FALSE(
      std::ifstream("/proc/" + std::to_string(std::stoi(result.output)) + "/cmdline").get() != EOF);
}

TEST_F(ProcessRunnerTest, AScriptThatIgnoresTermIsKilled) {
  const auto result = run({"trap '' TERM; sleep 100; sleep 100", {}, 0.1});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.end, End::signalled);
  EXPECT_EQ(result.code, SIGKILL);
}

TEST_F(ProcessRunnerTest, ADaemonThatKeepsThePipesDoesNotKeepTheResult) {
  const auto begin = std::chrono::steady_clock::now();
  const auto result = run({"sleep 3 & echo started", {}, 10});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.output, "started\n");
}

TEST_F(ProcessRunnerTest, AScriptTooLongForTheKernelIsAnAnswerToo) {
  const auto result = run({std::string(300'000, '#'), {}, 10});
  EXPECT_EQ(result.end, End::not_started);
  EXPECT_EQ(result.errors, "cannot run /bin/sh: Argument list too long");
}

TEST_F(ProcessRunnerTest, ManyAtATime) {
  int ok = 0;
  for (int i = 0; i < 50; ++i) {
    runner_.run({"exit 0", {}, 10}, [&](ProcessResult result) { ok += result.ok(); });
  }
  loop_.run_for(std::chrono::seconds(20));
  EXPECT_EQ(ok, 50);
}

TEST(ProcessRunner, DestructionKillsAndCallsNobody) {
  boost::asio::io_context loop;
  bool called = false;
  {
    ProcessRunner runner(loop);
    runner.run({"sleep 100", {}, 10}, [&](ProcessResult) { called = true; });
    loop.poll();
    runner.run({std::string(300'000, '#'), {}, 10}, [&](ProcessResult) { called = true; });
  }
  const auto begin = std::chrono::steady_clock::now();
  loop.restart();
  loop.run();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace gaoler::sys
