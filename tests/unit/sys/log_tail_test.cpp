#include "sys/log_tail.h"

#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
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

  void append(const std::string& text) { append(path_, text); }
  void append(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::app) << text;
  }
  void rewrite(const std::string& text) { std::ofstream(path_, std::ios::trunc) << text; }

  // Reads until there is nothing more.
  std::vector<std::string> lines(LogTail& tail) {
    std::vector<std::string> out;
    while (tail.read(now_, [&](const LogTail::Line& line) { out.emplace_back(line.text); }) ==
           LogTail::Outcome::more) {
    }
    return out;
  }

  std::string directory_;
  std::string path_;
  LogTail::Time now_{};
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
  EXPECT_EQ(tail.read(now_, [](const LogTail::Line&) {}), LogTail::Outcome::missing);
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
  EXPECT_EQ(lines(tail), (Lines{"two", "three"}));
  now_ += LogTail::kGrace;
  EXPECT_EQ(lines(tail), (Lines{"last without newline"}));
}

TEST_F(LogTailTest, AnOldFileIsReadUntilItWasQuietForTheGracePeriod) {
  LogTail tail(path_);
  append("one\n");
  lines(tail);
  fs::rename(path_, path_ + ".1");
  append("new 1\n");
  EXPECT_EQ(lines(tail), (Lines{"new 1"}));
  for (const std::string text : {"late 1", "late 2", "late 3"}) {
    now_ += LogTail::kGrace - std::chrono::seconds(1);
    append("new\n");
    append(path_ + ".1", text + "\n");
    EXPECT_EQ(lines(tail), (Lines{text, "new"}));
  }
  now_ += LogTail::kGrace;
  EXPECT_EQ(lines(tail), (Lines{}));
  append(path_ + ".1", "too late\n");
  EXPECT_EQ(lines(tail), (Lines{}));
}

TEST_F(LogTailTest, ALineBegunBeforeTheRotationIsFinishedInTheOldFile) {
  LogTail tail(path_);
  append("one\nbeg");
  lines(tail);
  fs::rename(path_, path_ + ".1");
  append("new\n");
  lines(tail);
  append(path_ + ".1", "un\n");
  EXPECT_EQ(lines(tail), (Lines{"begun"}));
}

TEST_F(LogTailTest, TwoRotationsInARowKeepTheirOrder) {
  LogTail tail(path_);
  append("a1\n");
  lines(tail);
  fs::rename(path_, path_ + ".2");
  append("b1\n");
  lines(tail);
  fs::rename(path_, path_ + ".1");
  append("c1\n");
  append(path_ + ".1", "b2\n");
  append(path_ + ".2", "a2\n");
  EXPECT_EQ(lines(tail), (Lines{"a2", "b2", "c1"}));
}

TEST_F(LogTailTest, DeletedAndCreatedAgain) {
  LogTail tail(path_);
  append("one\n");
  lines(tail);
  std::ofstream writer(path_, std::ios::app);
  fs::remove(path_);
  EXPECT_EQ(lines(tail), (Lines{}));
  writer << "two\n" << std::flush;
  EXPECT_EQ(lines(tail), (Lines{"two"}));
  writer << "three\n" << std::flush;
  append("four\n");
  EXPECT_EQ(lines(tail), (Lines{"three", "four"}));
}

TEST_F(LogTailTest, ASymlinkedDirectoryThatLeadsElsewhereIsFollowed) {
  for (const std::string name : {"v1", "v2"}) fs::create_directory(directory_ + "/" + name);
  fs::create_directory_symlink("v1", directory_ + "/..data");
  LogTail tail(directory_ + "/..data/app.log");
  append(directory_ + "/v1/app.log", "one\n");
  EXPECT_EQ(lines(tail), (Lines{"one"}));
  append(directory_ + "/v2/app.log", "three\n");
  fs::create_directory_symlink("v2", directory_ + "/..tmp");
  fs::rename(directory_ + "/..tmp", directory_ + "/..data");
  append(directory_ + "/v1/app.log", "two\n");
  EXPECT_EQ(lines(tail), (Lines{"two", "three"}));
}

TEST_F(LogTailTest, AFileThatComesBackIsNotReadAgain) {
  LogTail tail(path_);
  append("one\n");
  lines(tail);
  fs::rename(path_, path_ + ".1");
  append("other\n");
  lines(tail);
  fs::rename(path_ + ".1", path_);
  append("two\n");
  EXPECT_EQ(lines(tail), (Lines{"two"}));
}

TEST_F(LogTailTest, ManyRotationsKeepABoundedNumberOfDescriptors) {
  const auto descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  LogTail tail(path_);
  append("begin\n");
  lines(tail);
  const auto before = descriptors();
  for (int i = 0; i < 100; ++i) {
    fs::rename(path_, path_ + "." + std::to_string(i));
    append(std::to_string(i) + "\n");
    EXPECT_EQ(lines(tail), (Lines{std::to_string(i)}));
  }
  EXPECT_EQ(descriptors() - before, static_cast<long>(LogTail::kMaxOldFiles));
}

TEST_F(LogTailTest, ADirectoryThatDoesNotExistYet) {
  LogTail tail(directory_ + "/later/app.log");
  EXPECT_EQ(lines(tail), (Lines{}));
  fs::create_directory(directory_ + "/later");
  EXPECT_EQ(lines(tail), (Lines{}));
  append(directory_ + "/later/app.log", "one\n");
  EXPECT_EQ(lines(tail), (Lines{"one"}));
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

TEST_F(LogTailTest, TruncatedToNothingWhileItIsRead) {
  LogTail tail(path_);
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "line " + std::to_string(i) + "\n";
  append(text);
  Lines out;
  const auto sink = [&](const LogTail::Line& line) { out.emplace_back(line.text); };
  ASSERT_EQ(tail.read(now_, sink), LogTail::Outcome::more);
  const size_t before = out.size();
  rewrite("");
  ASSERT_EQ(tail.read(now_, sink), LogTail::Outcome::caught_up);
  append("new\n");
  tail.read(now_, sink);
  EXPECT_EQ(out.size(), before + 1);
  EXPECT_EQ(out.back(), "new");
}

TEST_F(LogTailTest, AHoleLeftByATruncateUnderAWriterThatDoesNotAppendIsNoLine) {
  for (const size_t hole : {size_t{100}, LogTail::kMaxLineBytes * 3 + 1}) {
    rewrite("");
    LogTail tail(path_);
    append(std::string(hole - 1, 'x') + "\n");
    lines(tail);
    fs::resize_file(path_, 0);
    fs::resize_file(path_, hole);
    append("after\n");
    EXPECT_EQ(lines(tail), (Lines{"after"})) << hole;
  }
}

TEST_F(LogTailTest, OfAnOverlongLineTheBeginningCountsAndTheRestIsDropped) {
  LogTail tail(path_);
  append(std::string(1 << 20, 'a') + "\nnext\n");
  std::vector<std::pair<size_t, bool>> seen;
  while (tail.read(now_, [&](const LogTail::Line& line) {
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

TEST_F(LogTailTest, AHeldFileIsReadFirstWhateverHappensToItsName) {
  append("one\ntwo\nthree\n");
  LogTail tail(path_);
  tail.hold();
  const std::string hash = tail.position().first_line_hash;
  fs::rename(path_, path_ + ".1");
  append("four\n");
  tail.resume({8, hash});
  EXPECT_EQ(lines(tail), (Lines{"three", "four"}));
}

TEST_F(LogTailTest, AFileIsHeldAsItWasOpened) {
  append("one\ntwo\n");
  Fd opened(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  fs::remove(path_);
  LogTail tail(path_);
  tail.hold(std::move(opened));
  EXPECT_EQ(lines(tail), (Lines{"one", "two"}));
}

TEST_F(LogTailTest, FirstLineHashIsSha1OfTheLineWithItsNewline) {
  append("hello\n");
  LogTail tail(path_);
  lines(tail);
  EXPECT_EQ(tail.position().first_line_hash, "f572d396fae9206628714fb2ce00f72e94f2258f");
}

TEST_F(LogTailTest, LinesOfUtf16EndAtTheirOwnNewlines) {
  using namespace std::string_literals;
  LogTail tail(path_);
  tail.set_unit(2);
  // U+010A and U+0A01 hold a byte of a newline, the last line is not finished yet.
  append(
      "\xFF\xFE"
      "a\0\r\0\n\0\x0A\x01\x01\x0A\n\0b\0\n"s);
  EXPECT_EQ(lines(tail), (Lines{"\xFF\xFE"
                                "a\0"s,
                                "\x0A\x01\x01\x0A"s}));
  append("\0c\0\n\0"s);
  EXPECT_EQ(lines(tail), (Lines{"b\0"s, "c\0"s}));
}

TEST_F(LogTailTest, TheByteOrderIsThatOfTheNewlines) {
  using namespace std::string_literals;
  const auto orders = [&](const std::string& bytes) {
    rewrite(bytes);
    LogTail tail(path_);
    tail.set_unit(2);
    std::vector<std::pair<std::string, bool>> out;
    tail.read(now_,
              [&](const LogTail::Line& line) { out.emplace_back(line.text, line.big_endian); });
    return out;
  };
  using Orders = std::vector<std::pair<std::string, bool>>;
  EXPECT_EQ(orders("a\0\n\0b\0\n\0"s), (Orders{{"a\0"s, false}, {"b\0"s, false}}));
  EXPECT_EQ(orders("\0a\0\r\0\n\0b\0\n"s), (Orders{{"\0a"s, true}, {"\0b"s, true}}));
}

TEST_F(LogTailTest, ADirectoryInPlaceOfALogIsMissing) {
  fs::create_directory(path_);
  LogTail tail(path_);
  EXPECT_EQ(tail.read(now_, [](const LogTail::Line&) {}), LogTail::Outcome::missing);
}

struct Beside {
  explicit Beside(const std::string& path) : fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    ::fstat(fd.get(), &status);
    id = {status.st_dev, status.st_ino};
    size = status.st_size;
  }
  Fd fd;
  LogTail::FileId id;
  int64_t size = 0;
};

TEST_F(LogTailTest, KnowsHowFarARotatedFileWasRead) {
  LogTail tail(path_);
  append("one\ntwo\n");
  lines(tail);
  fs::rename(path_, path_ + ".1");
  append("three\n");
  lines(tail);
  EXPECT_TRUE(tail.reads(Beside(path_ + ".1").id));
  EXPECT_EQ(tail.former_offset(Beside(path_ + ".1").fd.get()), std::nullopt);
  now_ += LogTail::kGrace;
  lines(tail);
  append(path_ + ".1", "late\n");
  EXPECT_FALSE(tail.reads(Beside(path_ + ".1").id));
  EXPECT_EQ(tail.former_offset(Beside(path_ + ".1").fd.get()), 8);
  EXPECT_EQ(tail.former_offset(Beside(path_).fd.get()), std::nullopt);
}

TEST_F(LogTailTest, KnowsHowFarACopiedAndTruncatedFileWasRead) {
  LogTail tail(path_);
  append("one\ntwo\n");
  lines(tail);
  append("not read yet\n");
  fs::copy_file(path_, path_ + ".1");
  const Beside copy(path_ + ".1");
  EXPECT_TRUE(tail.may_be_copied_to(copy.fd.get(), copy.size));
  rewrite("three\n");
  EXPECT_TRUE(tail.may_be_copied_to(copy.fd.get(), copy.size));  // not noticed yet
  lines(tail);
  EXPECT_FALSE(tail.may_be_copied_to(copy.fd.get(), copy.size));
  EXPECT_EQ(tail.former_offset(copy.fd.get()), 8);
}

TEST_F(LogTailTest, ACopyIsOneAtEveryMomentOfTheTruncation) {
  for (int round = 0; round < 30; ++round) {
    LogTail tail(path_);
    rewrite("one\ntwo\n");
    lines(tail);
    fs::copy_file(path_, path_ + ".1", fs::copy_options::overwrite_existing);
    const Beside copy(path_ + ".1");
    std::atomic<bool> over = false;
    std::thread writer([&] {
      EXPECT_EQ(::truncate(path_.c_str(), 0), 0);
      over = true;
    });
    bool always = true;
    do {
      always = always && tail.may_be_copied_to(copy.fd.get(), copy.size);
    } while (!over);
    writer.join();
    ASSERT_TRUE(always) << "round " << round;
  }
}

TEST_F(LogTailTest, AnotherFileWithTheSameFirstLineIsNoCopy) {
  LogTail tail(path_);
  append("#Fields: date time\none\n");
  lines(tail);
  append(path_ + ".1", "#Fields: date time\ntwo\n");
  const Beside other(path_ + ".1");
  EXPECT_FALSE(tail.may_be_copied_to(other.fd.get(), other.size));
  rewrite("#Fields: date time\nlater\n");
  lines(tail);
  EXPECT_EQ(tail.former_offset(other.fd.get()), std::nullopt);
}

TEST_F(LogTailTest, ASuccessorThatIsReadElsewhereWaitsAndGoesOnWhereItWasRead) {
  LogTail tail(path_);
  append("one\n");
  lines(tail);
  bool elsewhere = true;
  tail.set_origin([&](int, const LogTail::FileId&, int64_t) {
    return LogTail::Origin{elsewhere, 6};
  });
  fs::rename(path_, path_ + ".1");
  append("known\nnew\n");
  EXPECT_EQ(lines(tail), Lines{});
  elsewhere = false;
  EXPECT_EQ(lines(tail), (Lines{"new"}));
}

TEST_F(LogTailTest, TellsWhyAPathCannotBeOpened) {
  LogTail tail(path_);
  const auto problem = [&] {
    lines(tail);
    return tail.problem();
  };
  EXPECT_EQ(problem(), "No such file or directory");
  fs::create_directory(path_);
  EXPECT_EQ(problem(), "it is a directory, not a file");
  fs::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(problem(), "it is a named pipe, not a file");
  fs::remove(path_);
  fs::create_symlink("/dev/null", path_);
  EXPECT_EQ(problem(), "it is a device, not a file");
  fs::remove(path_);
  append("one\n");
  EXPECT_EQ(problem(), "");
  fs::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(problem(), "it is a named pipe, not a file");
  append(path_ + ".new", "two\n");
  fs::rename(path_ + ".new", path_);
  EXPECT_EQ(lines(tail), (Lines{"two"}));
  EXPECT_EQ(tail.problem(), "");
}

}  // namespace
}  // namespace gaoler::sys
