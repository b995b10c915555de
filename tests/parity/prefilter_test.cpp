// Shortcuts must not change what is found: every filter of the oracle, with them on and off,
// over every sample log as it is, and over all of them mixed, shuffled and damaged.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>

#include "base/utf8.h"
#include "config/file_source.h"
#include "config/stream.h"
#include "configured_filter.h"
#include "filter/filter.h"

namespace gaoler::filter {
namespace {

using Lines = std::vector<std::string>;

Lines read_lines(const std::filesystem::path& path) {
  Lines lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') lines.push_back(base::replace_invalid_utf8(line));
  }
  return lines;
}

Filter make_filter(const config::Stream& stream, const Rules& rules, base::LogSink& log) {
  Filter filter("test", log);
  filter.set_rules(rules);
  const base::Result<void> configured = configure(filter, stream);
  EXPECT_TRUE(configured.ok()) << configured.error().message;
  return filter;
}

struct Seen {
  std::vector<Failure> failures;
  Counters counters;
  std::vector<std::string> dates;  // templates and their hits, in order
};

Seen run(Filter filter, const Lines& lines) {
  Seen seen;
  LineContext context;
  context.check_find_time = false;
  context.now = 1'800'000'000;
  for (const std::string& line : lines) {
    for (Failure& failure : filter.process_line(line, context)) {
      seen.failures.push_back(std::move(failure));
    }
    context.now += 0.25;
  }
  seen.counters = filter.counters();
  for (const auto& form : filter.detector().describe()) {
    if (form.hits > 0) seen.dates.push_back(form.name + " " + std::to_string(form.hits));
  }
  return seen;
}

// Cuts, doubles, swaps and changes bytes here and there; what is no UTF-8 any more is repaired.
Lines damaged(Lines lines, std::mt19937& random) {
  auto below = [&random](size_t n) {
    return static_cast<size_t>(random() % std::max<size_t>(n, 1));
  };
  for (std::string& line : lines) {
    switch (below(6)) {
      case 0:
        line.resize(below(line.size()));
        break;
      case 1:
        line.erase(0, below(line.size()));
        break;
      case 2:
        line.insert(below(line.size()), line.substr(below(line.size())));
        break;
      case 3:
        line[below(line.size())] = static_cast<char>(random());
        break;
      case 4:
        line += lines[below(lines.size())];
        break;
      default:
        break;
    }
    line = base::replace_invalid_utf8(line);
  }
  return lines;
}

class Prefilter : public testing::Test {
 protected:
  void SetUp() override {
    const char* oracle = std::getenv("GAOLER_ORACLE");
    if (!oracle) GTEST_SKIP() << "GAOLER_ORACLE is not set (see tools/oracle)";
    root_ = oracle;
    for (const auto& entry : std::filesystem::directory_iterator(root_ / "logs")) {
      if (!entry.is_regular_file()) continue;
      for (std::string& line : read_lines(entry.path())) mixed_.push_back(std::move(line));
    }
    std::sort(mixed_.begin(), mixed_.end());  // the directory has no order
    for (const auto& entry : std::filesystem::directory_iterator(root_ / "etc/fail2ban/filter.d")) {
      if (entry.path().extension() == ".conf") names_.push_back(entry.path().stem());
    }
    std::sort(names_.begin(), names_.end());
  }

  // The numbers of failures and of lines that were spared.
  std::pair<size_t, size_t> compare(const std::string& name, const Lines& lines) {
    config::Request request;
    request.directory = root_ / "etc/fail2ban";
    config::FilterRequest wanted;
    wanted.name = name;
    wanted.backend = "auto";
    config::Stream stream = config::read_filter(files_, request, wanted);
    Rules on;
    Rules off;
    off.shortcuts = false;
    base::NullLogSink log;
    Seen with = run(make_filter(stream, on, log), lines);
    Seen without = run(make_filter(stream, off, log), lines);
    EXPECT_EQ(with.failures.size(), without.failures.size()) << name;
    EXPECT_TRUE(with.failures == without.failures) << name;
    EXPECT_EQ(with.dates, without.dates) << name;
    EXPECT_EQ(without.counters.spared, 0u);
    return {with.failures.size(), with.counters.spared};
  }

  std::filesystem::path root_;
  config::DiskFiles files_;
  Lines mixed_;
  std::vector<std::string> names_;
};

TEST_F(Prefilter, ChangesNothingOnTheSamplesOfAFilter) {
  size_t failures = 0;
  for (const std::string& name : names_) {
    if (!std::filesystem::exists(root_ / "logs" / name)) continue;
    failures += compare(name, read_lines(root_ / "logs" / name)).first;
  }
  EXPECT_GT(failures, 500u);
}

TEST_F(Prefilter, ChangesNothingOnMixedShuffledAndDamagedLines) {
  std::mt19937 random(20261122);
  size_t failures = 0;
  size_t spared = 0;
  size_t lines = 0;
  for (const std::string& name : names_) {
    Lines some = mixed_;
    std::shuffle(some.begin(), some.end(), random);
    some.resize(std::min<size_t>(some.size(), 300));
    for (std::string& own : read_lines(root_ / "logs" / name)) some.push_back(std::move(own));
    some = damaged(std::move(some), random);
    std::shuffle(some.begin(), some.end(), random);
    auto [found, skipped] = compare(name, some);
    failures += found;
    spared += skipped;
    lines += some.size();
  }
  EXPECT_GT(failures, 100u);
  EXPECT_GT(spared, lines / 2);  // it must be of use, too
}

}  // namespace
}  // namespace gaoler::filter
