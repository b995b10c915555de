#include "config/jails.h"

#include <atomic>
#include <gtest/gtest.h>
#include <new>

#include "config/memory_files.h"
#include "config/stream.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

constexpr int kJails = 40;

struct Tree {
  const char* name;
  std::string defaults;             // of all jails
  std::string (*more)(int number);  // of one jail
  MemoryFiles files;
  Outcome outcome = Outcome::good;
};

std::string nothing(int) {
  return "";
}

std::string jail_conf(const Tree& tree) {
  std::string text = "[DEFAULT]\nenabled = true\nfilter = f\naction = a\n" + tree.defaults + '\n';
  for (int number = 1; number <= kJails; ++number)
    text += "[j" + std::to_string(number) + "]\n" + tree.more(number);
  return text;
}

MemoryFiles with_files(MemoryFiles more) {
  more.add("/c/fail2ban.conf", "[Definition]\n");  // an error would be there before all jails
  more.add("/c/filter.d/f.conf", "[Definition]\nfailregex = from <HOST>\n");
  more.add("/c/action.d/a.conf", "[Definition]\nactionban = ban <name>\n");
  return more;
}

// Each is something that one jail does to others, or nothing of the kind.
std::vector<Tree> trees() {
  return {
      {"plain", "", nothing, {}},
      {"warnings of each and of all",
       "logpath = /gone\nmaxretry = x\n",
       [](int number) { return number % 3 ? std::string() : "maxretry = y\n"; },
       {}},
      {"more warnings than are told",
       "logpath = /gone\n",
       [](int) {
         std::string paths = "logpath = /g\n";
         for (int i = 0; i < 20; ++i) paths += "  /gone" + std::to_string(i) + '\n';
         return paths;
       },
       {}},
      {"jails without a filter",
       "",
       [](int number) { return std::string(number % 7 == 3 ? "filter = gone\n" : ""); },
       {},
       Outcome::good},
      {"a broken file for many",
       "",
       [](int number) { return std::string(number % 2 ? "action = b\n" : ""); },
       {{"/c/action.d/b.conf", "[Definition]\nactionban\n"}},
       Outcome::broken},
      {"a look at what another jail's filter is known as",
       "",
       [](int number) {
         return number == 1
                    ? std::string()
                    : "failregex = %(j" + std::to_string(number - 1) + "/known/failregex)s<HOST>\n";
       },
       {}},
      {"a look at what a later jail's filter is known as",
       "",
       [](int number) {
         return std::string(number == 1 ? "failregex = %(j40/known/failregex)s\n" : "");
       },
       {},
       Outcome::broken},
      {"a loop of includes",
       "",
       [](int number) { return std::string(number % 2 ? "filter = x\n" : "filter = y\n"); },
       {{"/c/filter.d/x.conf", "[INCLUDES]\nbefore = y.conf\n[Definition]\nfailregex = x <HOST>\n"},
        {"/c/filter.d/y.conf",
         "[INCLUDES]\nafter = x.conf\n[Definition]\nfailregex = y <HOST>\n"}}},
      {"more work than all may do",
       "big = " + std::string(100000, 'b') + "%%\n",
       [](int) {
         std::string text = "datepattern = ";
         for (int i = 0; i < 20; ++i) text += "%(big)s";
         return text + '\n';
       },
       {},
       Outcome::broken},
  };
}

std::string shown(const Stream& stream) {
  std::string text = "outcome " + std::to_string(static_cast<int>(stream.outcome)) + '\n';
  for (const auto* commands : {&stream.commands, &stream.log_globs}) {
    for (const protocol::Command& command : *commands) text += protocol::repr(command) + '\n';
  }
  for (const Diagnostic& diagnostic : stream.diagnostics) text += render(diagnostic) + '\n';
  return text;
}

TEST(Jails, NumberOfWorkersChangesNothing) {
  for (Tree& tree : trees()) {
    MemoryFiles files = with_files(tree.files);
    files.add("/c/jail.conf", jail_conf(tree));
    Request request;
    request.directory = "/c";
    request.accept_missing_logs = true;
    const Stream alone = read_stream(files, request);
    EXPECT_EQ(alone.outcome, tree.outcome) << tree.name << '\n' << shown(alone).substr(0, 2000);
    for (size_t workers : {2, 4}) {
      request.workers = workers;
      EXPECT_EQ(shown(read_stream(files, request)), shown(alone)) << tree.name;
    }
  }
}

// Memory is out once.
class NoMemory final : public FileSource {
 public:
  explicit NoMemory(const MemoryFiles& files) : files_(files) {}
  base::Result<std::string> read(const std::string& path) const override {
    if (path.ends_with("f.conf") && ++reads_ == 1) throw std::bad_alloc();
    return files_.read(path);
  }
  FileKind kind(const std::string& path) const override { return files_.kind(path); }
  bool entry_exists(const std::string& path) const override { return files_.entry_exists(path); }
  std::vector<std::string> list(const std::string& directory) const override {
    return files_.list(directory);
  }
  std::string absolute(const std::string& path) const override { return files_.absolute(path); }

 private:
  const MemoryFiles& files_;
  mutable std::atomic<int> reads_ = 0;
};

TEST(Jails, WhatFailsInAWorkerIsReadAgainByTheCaller) {
  Tree plain = trees().front();
  MemoryFiles files = with_files({});
  files.add("/c/jail.conf", jail_conf(plain));
  Request request;
  request.directory = "/c";
  const std::string alone = shown(read_stream(files, request));
  request.workers = 4;
  EXPECT_EQ(shown(read_stream(NoMemory(files), request)), alone);
}

}  // namespace
}  // namespace gaoler::config
