#include "sys/log_seek.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "sys/fd.h"
#include "sys/line_ends.h"
#include "sys/log_tail.h"

namespace gaoler::sys {
namespace {

namespace fs = std::filesystem;

constexpr int kNow = 500;

// "<time> ..." or a line without a date.
LineAge age_of(std::string_view line, bool) {
  int time = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), time);
  if (error != std::errc()) return LineAge::undated;
  return time < kNow ? LineAge::old : LineAge::recent;
}

class LogSeekTest : public testing::Test {
 protected:
  LogSeekTest() {
    char name[] = "/tmp/gaoler-seek-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ + "/mail.log";
  }
  ~LogSeekTest() override { fs::remove_all(directory_); }

  void write(const std::string& text) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
  }

  int64_t seek(int64_t begin = 0, size_t unit = 1) {
    const Fd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    LogSeek seek(begin, static_cast<int64_t>(fs::file_size(path_)), unit);
    looks_ = 0;
    while (true) {
      ++looks_;
      if (const auto found = seek.step(fd.get(), age_of)) return *found;
    }
  }

  std::string directory_;
  std::string path_;
  int looks_ = 0;
};

std::string lines(int time, size_t bytes, const std::string& text = " a line of some length") {
  const std::string line = std::to_string(time) + text + "\n";
  std::string all;
  while (all.size() < bytes) all += line;
  return all;
}

constexpr size_t kStride = static_cast<size_t>(LogSeek::kMinStride);

TEST_F(LogSeekTest, AShortLogIsReadFromItsStart) {
  write(lines(1, kStride));
  EXPECT_EQ(seek(), 0);
  EXPECT_EQ(looks_, 1);
}

TEST_F(LogSeekTest, OldLinesAreSteppedOverUpToOneStrideBeforeTheFirstRecentOne) {
  const std::string old = lines(1, 5 * kStride);
  write(old + lines(600, 2 * kStride));
  const auto found = static_cast<size_t>(seek());
  EXPECT_LE(found, old.size());
  EXPECT_GT(found, old.size() - kStride - 100);
  EXPECT_EQ(old[found - 1], '\n');
}

TEST_F(LogSeekTest, ALogThatIsOldAltogetherIsReadFromItsLastStrides) {
  const std::string old = lines(1, 9 * kStride);
  write(old);
  EXPECT_GT(static_cast<size_t>(seek()), old.size() - 2 * kStride);
}

TEST_F(LogSeekTest, RecentLinesInFrontOfOldOnesAreNotSteppedOver) {
  const std::string first = lines(1, 2 * kStride);
  write(first + lines(600, 2 * kStride) + lines(1, 9 * kStride));
  EXPECT_LE(static_cast<size_t>(seek()), first.size());
}

TEST_F(LogSeekTest, StretchesWithoutDatesDecideNothing) {
  const std::string first = lines(1, 3 * kStride);
  const std::string undated = [] {
    std::string all;
    while (all.size() < 4 * kStride) all += "at java.lang.Thread.run(Thread.java)\n";
    return all;
  }();
  write(first + undated + lines(600, kStride));
  const auto found = static_cast<size_t>(seek());
  EXPECT_LE(found, first.size());
  EXPECT_GT(found, first.size() - kStride - 100);
  write(undated + lines(600, kStride));
  EXPECT_EQ(seek(), 0);
}

TEST_F(LogSeekTest, HugeLinesAreNoReasonToStop) {
  std::string old;
  for (int i = 0; i < 10; ++i) old += "1 " + std::string(kStride + 17, 'x') + "\n";
  write(old + lines(1, 3 * kStride) + lines(600, kStride));
  EXPECT_GT(static_cast<size_t>(seek()), old.size());
}

TEST_F(LogSeekTest, BeginsWhereReadingWouldGoOn) {
  const std::string old = lines(1, 6 * kStride);
  write(old);
  const int64_t begin = static_cast<int64_t>(old.size() - kStride);
  EXPECT_EQ(seek(begin), begin);
}

TEST_F(LogSeekTest, LinesOfUtf16) {
  const auto wide = [](const std::string& text) {
    std::string out;
    for (const char c : text) out += {c, '\0'};
    return out;
  };
  const std::string old = wide(lines(1, 3 * kStride));
  write(old + wide(lines(600, kStride)));
  const Fd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  LogSeek seek(0, static_cast<int64_t>(fs::file_size(path_)), 2);
  std::optional<int64_t> found;
  while (!found) {
    found = seek.step(fd.get(), [](std::string_view line, bool big_endian) {
      EXPECT_FALSE(big_endian);
      return line.starts_with(std::string_view("1\0", 2)) ? LineAge::old : LineAge::recent;
    });
  }
  EXPECT_EQ(*found % 2, 0);
  EXPECT_LE(static_cast<size_t>(*found), old.size());
  EXPECT_GT(static_cast<size_t>(*found), old.size() - kStride - 100);
}

// The half-interval search as anybody would write it, over lines that all have dates.
size_t half_interval(const std::string& text) {
  size_t low = 0;
  size_t high = text.size();
  while (high > low) {
    const size_t middle = (low + high) / 2;
    const size_t line = middle == 0 ? 0 : text.find('\n', middle - 1) + 1;
    if (line == 0 || line >= high) {
      high = middle;
      continue;
    }
    const size_t end = text.find('\n', line) + 1;
    if (age_of(std::string_view(text).substr(line, end - line), false) == LineAge::old) {
      low = end;
    } else {
      high = middle;
    }
  }
  return low;
}

TEST_F(LogSeekTest, NeverBehindAHalfIntervalSearchInLogsWithoutOrder) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 40; ++round) {
    std::string text;
    const int parts = 2 + static_cast<int>(random() % 9);
    for (int i = 0; i < parts; ++i) {
      text += lines(random() % 2 == 0 ? 1 : 600, random() % (3 * kStride));
    }
    write(text);
    const auto found = static_cast<size_t>(seek());
    EXPECT_LE(found, half_interval(text)) << round;
    EXPECT_TRUE(found == 0 || text[found - 1] == '\n') << round;
  }
}

TEST_F(LogSeekTest, ATailGoesOnBehindTheOldLines) {
  const std::string old = lines(1, 3 * kStride);
  write(old + "600 first\n" + lines(600, kStride));
  LogTail tail(path_);
  tail.resume({});
  while (!tail.skip_old_lines(age_of)) {
  }
  bool first_seen = false;
  size_t read = 0;
  while (tail.read({}, [&](const LogTail::Line& line) {
    ++read;
    first_seen = first_seen || line.text == "600 first";
  }) == LogTail::Outcome::more) {
  }
  EXPECT_TRUE(first_seen);
  EXPECT_LT(read, 2 * kStride / 20);
}

}  // namespace
}  // namespace gaoler::sys
