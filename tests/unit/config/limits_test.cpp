// Every cap of the reader, reached: no configuration hangs it or eats memory, and all say why.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/glob.h"
#include "config/ini_file.h"
#include "config/interpolation.h"
#include "config/loader.h"
#include "config/memory_files.h"
#include "config/parameters.h"
#include "config/report.h"
#include "config/stream.h"
#include "config/tags.h"

namespace gaoler::config {
namespace {

const std::string kJail = "[j]\nenabled = true\nfilter = f\n";

Stream read(const MemoryFiles& files) {
  Request request;
  request.directory = "/c";
  request.accept_missing_logs = true;
  return read_stream(files, request);
}

// The first error that is no matter of a missing fail2ban.conf; "good" if there is none.
std::string told(const Stream& stream) {
  for (const Diagnostic& diagnostic : stream.diagnostics) {
    bool of_server = diagnostic.text.find("'fail2ban'") != std::string::npos;
    if (diagnostic.level == base::LogLevel::error && !of_server)
      return diagnostic.place.file + ": " + diagnostic.text;
  }
  return "good";
}

std::string repeated(const std::string& text, size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

class LimitsOfFiles : public testing::Test {
 protected:
  LimitsOfFiles() {
    char name[] = "/tmp/gaoler-limits-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~LimitsOfFiles() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ + '/' + name; }
  std::string sized(const std::string& name, uintmax_t bytes) const {
    std::ofstream(path(name)).put('#');
    std::filesystem::resize_file(path(name), bytes);
    return path(name);
  }

  std::string directory_;
};

TEST_F(LimitsOfFiles, AFileIsReadUpToItsCapWhateverItsSize) {
  const std::string kRefused = "longer than " + std::to_string(kMaxFileBytes) + " bytes";
  DiskFiles files;
  EXPECT_EQ(files.read(sized("full", kMaxFileBytes))->size(), kMaxFileBytes);
  EXPECT_EQ(files.read(sized("over", kMaxFileBytes + 1)).error().message, kRefused);
  EXPECT_EQ(files.read(sized("sparse", uintmax_t{1} << 40)).error().message, kRefused);
  EXPECT_EQ(files.read("/dev/zero").error().message, kRefused);
}

TEST_F(LimitsOfFiles, APipeWithoutAWriterIsEmpty) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(*DiskFiles().read(path("pipe")), "");
}

TEST_F(LimitsOfFiles, AFileThatIsTooLongIsLeftOutAndTold) {
  std::ofstream(path("jail.conf")) << "[j]\nenabled = true\n";
  sized("jail.local", kMaxFileBytes + 1);
  Request request;
  request.directory = directory_;
  Stream stream = read_stream(DiskFiles(), request);
  EXPECT_EQ(stream.outcome, Outcome::good);
  EXPECT_EQ(told(stream), path("jail.local") + ": could not read the file: longer than " +
                              std::to_string(kMaxFileBytes) + " bytes");
}

TEST(Limits, ALineANameAndTheOptionsOfAFile) {
  const std::string over = std::to_string(kMaxNameBytes);
  std::string options;
  for (size_t i = 0; i <= kMaxOptionsPerFile; ++i) options += 'o' + std::to_string(i) + "=\n";
  std::string fitting = "[s]\nx=" + std::string(kMaxLineBytes - 2, 'a') + '\n' +
                        std::string(kMaxNameBytes, 'n') + "=1\n[" +
                        std::string(kMaxNameBytes, 's') + "]\n";
  struct Case {
    std::string text;
    std::string message;
  };
  const Case kCases[] = {
      {fitting, "good"},
      {"[s]\nx=" + std::string(kMaxLineBytes - 1, 'a'),
       "f: the line is longer than " + std::to_string(kMaxLineBytes) + " bytes"},
      {"[s]\n" + std::string(kMaxNameBytes + 1, 'n') + "=1",
       "f: the option name is longer than " + over + " bytes"},
      {'[' + std::string(kMaxNameBytes + 1, 's') + ']',
       "f: the section name is longer than " + over + " bytes"},
      {"[s]\n" + options,
       "f: more than " + std::to_string(kMaxOptionsPerFile) + " options in one file"},
  };
  for (const Case& c : kCases) {
    Report report;
    parse_ini("f", c.text, report);
    Stream stream;
    stream.diagnostics = report.take();
    EXPECT_EQ(told(stream), c.message);
  }
}

// a0.conf includes a1.conf and so on: `count` files below jail.conf.
MemoryFiles nested(size_t count) {
  MemoryFiles files{{"/c/jail.conf", "[INCLUDES]\nbefore = a0.conf\n[j]\nenabled = true\n"}};
  for (size_t i = 0; i < count; ++i) {
    std::string next =
        i + 1 < count ? "[INCLUDES]\nafter = a" + std::to_string(i + 1) + ".conf\n" : "";
    files.add("/c/a" + std::to_string(i) + ".conf", next);
  }
  return files;
}

TEST(Limits, IncludesHaveADepth) {
  EXPECT_EQ(told(read(nested(kMaxIncludeDepth))), "good");
  EXPECT_EQ(told(read(nested(kMaxIncludeDepth + 2))),
            "/c/a63.conf: includes are nested deeper than 64");
  MemoryFiles own_conf{{"/c/jail.conf", "[j]\nenabled = true\n"},
                       {"/c/jail.local", "[INCLUDES]\nbefore = jail.conf\n"}};
  EXPECT_EQ(told(read(own_conf)), "/c/jail.local: includes are nested deeper than 64");
}

TEST(Limits, IncludesHaveANumber) {
  std::string names = repeated("\n  b.conf", kMaxFilesOfOneName);
  MemoryFiles files{{"/c/jail.conf", "[INCLUDES]\nbefore = a.conf" + names},
                    {"/c/b.conf", ""},
                    {"/c/a.conf", ""}};
  EXPECT_EQ(told(read(files)), "/c/jail.conf: includes lead to more than 2000 files");
}

TEST(Limits, InsertedOptionsHaveADepthANumberAndASize) {
  auto chain = [](int count) {
    std::string text = kJail + "bantime = %(c1)s\n";
    for (int i = 1; i < count; ++i)
      text += 'c' + std::to_string(i) + " = %(c" + std::to_string(i + 1) + ")s\n";
    return text + 'c' + std::to_string(count) + " = %%\n";
  };
  const std::string half(kMaxExpandedBytes / 8, 'x');
  struct Case {
    std::string jail;
    std::string message;
  };
  const Case kCases[] = {
      {chain(kMaxInterpolationDepth - 1), "good"},
      {chain(kMaxInterpolationDepth),
       "/c/jail.conf: interpolation is nested deeper than 10 levels"},
      {kJail + "e =\nbantime = " + repeated("%(e)s", kMaxReferences), "good"},
      {kJail + "e =\nbantime = " + repeated("%(e)s", kMaxReferences + 1),
       "/c/jail.conf: more than 100000 %(...)s references in one value"},
      {kJail + "e = " + half + "\nbantime = " + repeated("%(e)s", 9) + '.',
       "/c/jail.conf: the value grows beyond 4194304 bytes"},
      {kJail + "bantime = %(" + std::string(kMaxNameBytes + 1, 'n') + ")s",
       "/c/jail.conf: the name within %(...)s is longer than 1000 bytes"},
  };
  for (const Case& c : kCases) {
    MemoryFiles files{{"/c/jail.conf", c.jail}, {"/c/filter.d/f.conf", "[Definition]\n"}};
    EXPECT_EQ(told(read(files)), c.message);
  }
}

TEST(Limits, TagsHaveANumberAndASize) {
  auto filter = [](const std::string& options) {
    MemoryFiles files{{"/c/jail.conf", kJail}, {"/c/filter.d/f.conf", "[Definition]\n" + options}};
    return told(read(files));
  };
  const std::string quarter(kMaxSubstitutedBytes / 8, 'x');
  EXPECT_EQ(filter("a = " + quarter + "\nfailregex = " + repeated("<a>", 9)),
            "/c/filter.d/f.conf: option 'failregex' grows beyond 4194304 bytes");
  EXPECT_EQ(filter("a = <b>\nb = <a>\nfailregex = <a>\n").substr(0, 52),
            "/c/filter.d/f.conf: properties contain self referenc");
}

TEST(Limits, AllWorkTogetherHasABudget) {
  std::string jails = "[DEFAULT]\nenabled = true\ne = " + std::string(kMaxLineBytes / 2, 'x') +
                      "\nbantime = " + repeated("%(e)s", 7) + '\n';
  for (int i = 0; i < 40; ++i) jails += "[j" + std::to_string(i) + "]\n";
  Stream stream = read({{"/c/jail.conf", jails}});
  EXPECT_EQ(stream.outcome, Outcome::broken);
  EXPECT_EQ(told(stream), ": the configuration multiplies itself beyond any use: reading stopped");
}

TEST(Limits, MistakesAreToldUpToANumber) {
  std::string text = "[s]\n";
  for (size_t i = 0; i < kMaxDiagnostics + 7; ++i) text += 'o' + std::to_string(i) + '\n';
  Report report;
  parse_ini("f", text, report);
  std::vector<Diagnostic> diagnostics = report.take();
  ASSERT_EQ(diagnostics.size(), kMaxDiagnostics + 1);
  EXPECT_EQ(diagnostics.back().text, "... and 7 more");
}

TEST(Limits, ParametersHaveANumber) {
  auto use = [](size_t count) {
    std::string text = "a[";
    for (size_t i = 0; i < count; ++i) text += 'p' + std::to_string(i) + "=1,";
    return parse_name_with_parameters(text + ']');
  };
  EXPECT_EQ(use(kMaxParameters)->parameters.size(), kMaxParameters);
  EXPECT_EQ(use(kMaxParameters + 1).error().message, "more than 1000 parameters");
}

TEST(Limits, APatternFindsUpToANumberOfFiles) {
  class Endless final : public FileSource {
   public:
    base::Result<std::string> read(const std::string&) const override { return std::string(); }
    FileKind kind(const std::string& path) const override {
      return path.ends_with("/d") || path == "/d" ? FileKind::directory : FileKind::regular;
    }
    bool entry_exists(const std::string&) const override { return true; }
    std::vector<std::string> list(const std::string&) const override {
      std::vector<std::string> names;
      for (size_t i = 0; i <= kMaxGlobResults; ++i) names.push_back(std::to_string(i));
      return names;
    }
    std::string absolute(const std::string& path) const override { return path; }
  };
  EXPECT_EQ(expand_glob(Endless(), "/d/*").size(), kMaxGlobResults);
}

}  // namespace
}  // namespace gaoler::config
