// A disk that is really full: a small tmpfs in a mount namespace of the test program's own.
#include <fstream>
#include <sched.h>
#include <sys/mount.h>

#include "store/change_queue.h"
#include "store_fixture.h"

namespace gaoler::store {
namespace {

class FullDisk : public StoreTest {
 protected:
  void SetUp() override {
    const bool own = unshare(CLONE_NEWNS) == 0 &&
                     mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    if (!own || mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=1m") != 0) {
      GTEST_SKIP() << "needs the right to mount a tmpfs";
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) umount2(directory.c_str(), MNT_DETACH);
  }

  void fill() {
    std::ofstream hog(directory + "/hog");
    const std::string block(4096, 'x');
    while (hog.write(block.data(), 4096).flush()) {
    }
  }

 private:
  bool mounted_ = false;
};

TEST_F(FullDisk, BansWaitAndAreStoredWhenThereIsRoomAgain) {
  auto store = open();
  ASSERT_TRUE(store->write({ban("j", "before", 1)}).ok());
  fill();
  log.lines.clear();
  ChangeQueue queue(*store, log);
  for (int i = 0; i < 2000; ++i) queue.push(ban("j", "id" + std::to_string(i), 1));
  EXPECT_FALSE(queue.flush(100));
  EXPECT_FALSE(queue.flush(200));
  EXPECT_EQ(store->current_bans("j", {2}).value().size(), 1u);  // it can still be read
  std::filesystem::remove(directory + "/hog");
  EXPECT_TRUE(queue.flush(300));
  EXPECT_EQ(store->current_bans("j", {2}).value().size(), 2001u);
  ASSERT_EQ(log.lines.size(), 2u) << testing::PrintToString(log.lines);
  EXPECT_EQ(log.lines[0], "ERROR cannot write the database '" + file +
                              "': database or disk is full (the disk is full: free space in " +
                              directory +
                              "/); bans go on, what is to be stored waits in memory and is tried "
                              "again at least every minute");
}

TEST_F(FullDisk, AFileThatCannotBeMadeIsAnErrorThatSaysWhatToDo) {
  fill();
  const auto store = open();
  const Written written = store->write({ban("j", "a", 1)});
  EXPECT_EQ(written.state, Written::State::later);
  EXPECT_NE(written.message.find("free space in"), std::string::npos) << written.message;
  std::filesystem::remove(directory + "/hog");
  EXPECT_TRUE(store->write({ban("j", "a", 1)}).ok());
}

TEST_F(FullDisk, AReadOnlyFileSystemIsTriedLater) {
  auto store = open();
  ASSERT_TRUE(store->write({ban("j", "before", 1)}).ok());
  store.reset();
  ASSERT_EQ(mount(nullptr, directory.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  store = open();
  const Written written = store->write({ban("j", "a", 1)});
  EXPECT_EQ(written.state, Written::State::later);
  EXPECT_NE(written.message.find("not mounted read-only"), std::string::npos) << written.message;
  ASSERT_EQ(mount(nullptr, directory.c_str(), nullptr, MS_REMOUNT, nullptr), 0);
  EXPECT_TRUE(store->write({ban("j", "a", 1)}).ok());
  EXPECT_EQ(store->current_bans("j", {2}).value().size(), 2u);
}

}  // namespace
}  // namespace gaoler::store
