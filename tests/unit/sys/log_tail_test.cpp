#include "sys/log_tail.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace gaoler::sys {
namespace {

namespace fs = std::filesystem;

class LogTailTest : public testing::Test {
 protected:
  LogTailTest() {
    char name[] = "/tmp/gaoler-tail-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ + "/mail.log";
  }
  ~LogTailTest() override { fs::remove_all(directory_); }

  void append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }
  void rewrite(const std::string& text) { std::ofstream(path_, std::ios::trunc) << text; }

  // Reads until there is nothing more.
  std::vector<std::string> lines(LogTail& tail) {
    std::vector<std::string> out;
    while (tail.read([&](const LogTail::Line& line) { out.emplace_back(line.text); }) ==
           LogTail::Outcome::more) {
    }
    return out;
  }

  std::string directory_;
  std::string path_;
};

using Lines = std::vector<std::string>;

TEST_F(LogTailTest, HandsOutWholeLinesOnly) {
  LogTail tail(path_);
  append("one\ntwo\r\nthr");
  EXPECT_EQ(lines(tail), (Lines{"one", "two"}));
  append("ee\n");
  EXPECT_EQ(lines(tail), (Lines{"three"}));
}

TEST_F(LogTailTest, AMissingFileIsMissingUntilItAppears) {
  LogTail tail(path_);
  EXPECT_EQ(tail.read([](const LogTail::Line&) {}), LogTail::Outcome::missing);
  append("first\n");
  EXPECT_EQ(lines(tail), (Lines{"first"}));
}

TEST_F(LogTailTest, RotationByRenameReadsTheRestOfTheOldFileFirst) {
  LogTail tail(path_);
  append("one\n");
  EXPECT_EQ(lines(tail), (Lines{"one"}));
  append("two\nlast without newline");
  fs::rename(path_, path_ + ".1");
  append("three\n");
  EXPECT_EQ(lines(tail), (Lines{"two", "last without newline", "three"}));
}

TEST_F(LogTailTest, AFileThatShrankIsReadFromItsStart) {
  LogTail tail(path_);
  append("one\ntwo\n");
  lines(tail);
  rewrite("x\n");
  EXPECT_EQ(lines(tail), (Lines{"x"}));
}

TEST_F(LogTailTest, CopytruncateThatGrewBeyondTheOldEndIsReadFromItsStart) {
  LogTail tail(path_);
  append("one\n");
  lines(tail);
  rewrite("another beginning\nand more\n");
  EXPECT_EQ(lines(tail), (Lines{"another beginning", "and more"}));
}

TEST_F(LogTailTest, OfAnOverlongLineTheBeginningCountsAndTheRestIsDropped) {
  LogTail tail(path_);
  append(std::string(1 << 20, 'a') + "\nnext\n");
  std::vector<std::pair<size_t, bool>> seen;
  while (tail.read([&](const LogTail::Line& line) {
    seen.emplace_back(line.text.size(), line.truncated);
  }) == LogTail::Outcome::more) {
  }
  EXPECT_EQ(seen,
            (std::vector<std::pair<size_t, bool>>{{LogTail::kMaxLineBytes, true}, {4, false}}));
}

TEST_F(LogTailTest, ResumesWhereItStoppedWhenTheFirstLineIsTheSame) {
  append("one\ntwo\n");
  LogTail before(path_);
  lines(before);
  append("three\n");
  LogTail after(path_);
  after.resume(before.position());
  EXPECT_EQ(lines(after), (Lines{"three"}));
}

TEST_F(LogTailTest, ReadsFromTheStartWhenTheStoredPositionIsOfAnotherFile) {
  append("one\ntwo\n");
  LogTail before(path_);
  lines(before);
  const LogTail::Position stored = before.position();
  rewrite("ONE\ntwo\nthree\n");
  LogTail after(path_);
  after.resume(stored);
  EXPECT_EQ(lines(after), (Lines{"ONE", "two", "three"}));
}

TEST_F(LogTailTest, FirstLineHashIsSha1OfTheLineWithItsNewline) {
  append("hello\n");
  LogTail tail(path_);
  lines(tail);
  EXPECT_EQ(tail.position().first_line_hash, "f572d396fae9206628714fb2ce00f72e94f2258f");
}

TEST_F(LogTailTest, ADirectoryInPlaceOfALogIsMissing) {
  fs::create_directory(path_);
  LogTail tail(path_);
  EXPECT_EQ(tail.read([](const LogTail::Line&) {}), LogTail::Outcome::missing);
}

}  // namespace
}  // namespace gaoler::sys
