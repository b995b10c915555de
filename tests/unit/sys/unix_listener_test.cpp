#include "sys/unix_listener.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/stat.h>

namespace gaoler::sys {
namespace {

namespace fs = std::filesystem;

class UnixListenerTest : public testing::Test {
 protected:
  UnixListenerTest() {
    char name[] = "/tmp/gaoler-sock-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ + "/run/f.sock";
  }
  ~UnixListenerTest() override { fs::remove_all(directory_); }

  unsigned mode(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
  }

  std::string directory_;
  std::string path_;
};

TEST_F(UnixListenerTest, MakesASocketOfItsOwnInADirectoryOfItsOwn) {
  auto listener = UnixListener::open(path_, false);
  ASSERT_TRUE(listener.ok());
  EXPECT_EQ(mode(path_), 0600u);
  EXPECT_EQ(mode(directory_ + "/run"), 0700u);
  EXPECT_EQ(probe_unix_socket(path_), SocketState::live);
}

TEST_F(UnixListenerTest, RemovesTheSocketAtItsEnd) {
  { auto listener = UnixListener::open(path_, false); }
  EXPECT_EQ(probe_unix_socket(path_), SocketState::absent);
}

TEST_F(UnixListenerTest, ALiveServerIsNotReplacedEvenByForce) {
  auto first = UnixListener::open(path_, false);
  const auto second = UnixListener::open(path_, true);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message, "Server already running");
}

TEST_F(UnixListenerTest, AStaleSocketIsReplacedOnlyByForce) {
  {
    auto listener = UnixListener::open(path_, false);
    fs::rename(path_, path_ + ".kept");  // survives its owner
  }
  fs::rename(path_ + ".kept", path_);
  EXPECT_EQ(probe_unix_socket(path_), SocketState::stale);
  EXPECT_FALSE(UnixListener::open(path_, false).ok());
  EXPECT_TRUE(UnixListener::open(path_, true).ok());
}

TEST_F(UnixListenerTest, ADirectoryThatEverybodyMayWriteToIsRefused) {
  fs::create_directory(directory_ + "/run");
  ::chmod((directory_ + "/run").c_str(), 0777);
  const auto refused = UnixListener::open(path_, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("writable by everybody"), std::string::npos);
}

}  // namespace
}  // namespace gaoler::sys
