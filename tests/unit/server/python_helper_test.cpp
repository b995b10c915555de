#include "server/python_helper.h"

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <unistd.h>

namespace gaoler::server {
namespace {

class Log final : public base::LogSink {
 public:
  bool enabled(base::LogLevel) const override { return true; }
  void write(base::LogLevel level, std::string_view, std::string_view message) override {
    text += std::string(base::log_level_name(level)) + " " + std::string(message) + "\n";
  }
  std::string text;
};

// An action whose ban() does what the address says.
constexpr const char* kAction = R"(
import os, time
from fail2ban.server.actions import ActionBase


class Action(ActionBase):
    starts = 0

    def start(self):
        Action.starts += 1

    def ban(self, aInfo):
        if aInfo["ip"] == "sleep":
            time.sleep(100)
        if aInfo["ip"] == "leave":
            os._exit(7)
        if aInfo["ip"] == "garbage":
            for number in range(3, 20):
                try:
                    os.write(number, b"garbage\n")
                except OSError:
                    pass
            time.sleep(100)
)";

class PythonHelperTest : public testing::Test {
 protected:
  PythonHelperTest() {
    if (std::system("python3 -c pass >/dev/null 2>&1") != 0) return;
    file_ = testing::TempDir() + "gaoler_action_" + std::to_string(::getpid()) + ".py";
    std::ofstream(file_) << kAction;
    helper_.emplace(loop_, log_,
                    PythonHelper::Spec{file_, "j", "a", store::Json{store::Json::Dict{}}, ""},
                    [] { return 600.0; });
  }
  ~PythonHelperTest() override { ::unlink(file_.c_str()); }
  void SetUp() override {
    if (!helper_) GTEST_SKIP() << "python3 is not installed";
  }

  bool call(const std::string& method, const std::string& ip, double timeout = 20) {
    std::optional<bool> ended;
    std::vector<std::string> args;
    if (!ip.empty()) args = {"ip", ip};
    helper_->call({method, args, timeout, &*helper_}, [&](bool ok) { ended = ok; });
    EXPECT_FALSE(ended) << "called inside call()";
    while (!ended && loop_.run_one_for(std::chrono::seconds(30)) > 0) {
    }
    EXPECT_TRUE(ended.has_value());
    loop_.restart();
    return ended.value_or(false);
  }
  std::string get(const std::string& key) {
    std::optional<protocol::Reply> reply;
    helper_->get(key, [&](protocol::Reply got) { reply = std::move(got); });
    while (!reply && loop_.run_one_for(std::chrono::seconds(30)) > 0) {
    }
    loop_.restart();
    const auto* number = reply ? reply->value.get<int64_t>() : nullptr;
    return number != nullptr ? std::to_string(*number) : "no number";
  }

  boost::asio::io_context loop_;
  Log log_;
  std::string file_;
  std::optional<PythonHelper> helper_;
};

TEST_F(PythonHelperTest, OneThatHangsIsEndedAndStartedAnewWithItsStart) {
  EXPECT_TRUE(call("start", ""));
  EXPECT_TRUE(call("ban", "192.0.2.1"));
  EXPECT_FALSE(call("ban", "sleep", 0.3));
  EXPECT_NE(helper_->error().find("no answer within"), std::string::npos) << helper_->error();
  EXPECT_TRUE(call("ban", "192.0.2.2"));
  EXPECT_EQ(get("starts"), "1");  // in the new process
}

TEST_F(PythonHelperTest, OneThatSendsGarbageOrLeavesIsEndedAndTheNextCallWorks) {
  EXPECT_FALSE(call("ban", "garbage"));
  EXPECT_EQ(helper_->error(), "its process sent what is no answer");
  EXPECT_TRUE(call("ban", "192.0.2.1"));
  EXPECT_FALSE(call("ban", "leave"));
  EXPECT_TRUE(helper_->error().starts_with("its process is gone: it has ended"))
      << helper_->error();
  EXPECT_TRUE(call("ban", "192.0.2.1"));
  EXPECT_EQ(get("starts"), "0");  // it was never started
}

TEST_F(PythonHelperTest, CallsThatWaitAreAnsweredInOrder) {
  std::string order;
  for (const char* ip : {"1", "2", "leave", "3"}) {
    helper_->call({"ban", {"ip", ip}, 20, &*helper_},
                  [&order, ip](bool ok) { order += std::string(ip) + (ok ? "+" : "-"); });
  }
  while (order.size() < 12 && loop_.run_one_for(std::chrono::seconds(30)) > 0) {
  }
  EXPECT_EQ(order, "1+2+leave-3+");
}

}  // namespace
}  // namespace gaoler::server
