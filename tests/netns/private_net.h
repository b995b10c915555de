// A network namespace of the test's own: the kernel's real nftables, and nobody else's ruleset.
#pragma once

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <gtest/gtest.h>
#include <sched.h>
#include <string>
#include <unistd.h>

namespace gaoler::netns {

// What a shell command prints on both streams, and how it ended.
struct Printed {
  std::string text;
  int status = 0;
};

inline Printed shell(const std::string& command) {
  Printed printed;
  FILE* pipe = popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  if (pipe == nullptr) return {"popen failed", -1};
  std::array<char, 65536> buffer{};
  while (const size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    printed.text.append(buffer.data(), got);
  }
  printed.status = pclose(pipe);
  return printed;
}

// Puts the whole process into a new network namespace, once; why not, if that cannot be.
inline const std::string& private_net_problem() {
  static const std::string problem = [] {
    const int flags = geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET;
    if (unshare(flags) != 0) return std::string("no private network namespace: ") + strerror(errno);
    const Printed nft = shell("nft list tables");
    return nft.status == 0 ? std::string() : "nft does not work here: " + nft.text;
  }();
  return problem;
}

// Each test begins with an empty ruleset.
class PrivateNet : public testing::Test {
 protected:
  void SetUp() override {
    if (!private_net_problem().empty()) GTEST_SKIP() << private_net_problem();
    nft("flush ruleset");
  }

  static std::string nft(const std::string& command) {
    const Printed printed = shell("nft -- '" + command + "'");
    EXPECT_EQ(printed.status, 0) << command << "\n" << printed.text;
    return printed.text;
  }

  // "{ a, b }" of a set of table inet t, on one line; "" when empty.
  static std::string elements(const std::string& set) {
    return shell("nft list set inet t " + set +
                 " | tr -s '\\n\\t ' ' ' | grep -o 'elements = {[^}]*}' | cut -c 12-")
        .text;
  }
};

}  // namespace gaoler::netns
