#include "sys/journal_options.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "sys/journal_log.h"

namespace gaoler::sys {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::string>;

class JournalFiles : public testing::Test {
 protected:
  JournalFiles() {
    char name[] = "/tmp/gaoler-journal-XXXXXX";
    directory_ = ::mkdtemp(name);
    own_ = "user-" + std::to_string(::geteuid()) + ".journal";
    for (const std::string& file :
         {std::string("system.journal"), std::string("system@0001-0002.journal"), own_,
          std::string("user-4242@0001-0002.journal"), std::string("user-4242.journal"),
          std::string("fss")}) {
      std::ofstream(directory_ + "/" + file) << "x";
    }
  }
  ~JournalFiles() override { fs::remove_all(directory_); }

  Files names(std::map<std::string, std::string> options) {
    options.emplace("journalpath", directory_);
    Files found = files_written_to(JournalOptions::from(options));
    for (std::string& file : found) file.erase(0, directory_.size() + 1);
    return found;
  }

  std::string directory_;
  std::string own_;
};

TEST_F(JournalFiles, WithoutThoseThatWerePutAside) {
  EXPECT_EQ(names({}), (Files{"system.journal", own_, "user-4242.journal"}));
  EXPECT_EQ(names({{"journalflags", "4"}}), Files{"system.journal"});
  EXPECT_EQ(names({{"journalflags", "8"}}), Files{own_});
  EXPECT_EQ(names({{"journalflags", "12"}}), (Files{"system.journal", own_}));
}

TEST_F(JournalFiles, AreLookedForOnlyIfRotatedIsOff) {
  using Options = std::map<std::string, std::string>;
  const auto only = [](const Options& options) {
    return JournalOptions::from(options).only_written_to();
  };
  EXPECT_FALSE(only({}));
  EXPECT_FALSE(only({{"rotated", "on"}}));
  EXPECT_TRUE(only({{"rotated", "off"}}));
  EXPECT_TRUE(only({{"rotated", "false"}, {"journalpath", directory_}}));
  EXPECT_FALSE(only({{"rotated", "off"}, {"namespace", "x"}}));
  EXPECT_FALSE(only({{"rotated", "off"}, {"journalfiles", directory_ + "/*.journal"}}));
}

TEST(JournalMatches, AlternativesStandBetweenPlusSigns) {
  EXPECT_EQ(journal_matches_of({"A=1", "+", "B=2 3", "C=4"}),
            (std::vector<JournalMatch>{{"A=1"}, {"B=2 3", "C=4"}}));
  EXPECT_TRUE(is_journal_match_word("_SYSTEMD_UNIT=a.service"));
  for (const char* wrong : {"", "=", "=x", "unit=x", "_SYSTEMD_UNIT", "__CURSOR=x", "A B=x"}) {
    EXPECT_FALSE(is_journal_match_word(wrong)) << wrong;
  }
}

TEST(JournalDatagram, HoldsFieldsAndTheLengthOfTextsWithNewlines) {
  EXPECT_EQ(journal_datagram(5, "fail2ban.actions", "[j] Ban 192.0.2.1"),
            "MESSAGE=[j] Ban 192.0.2.1\nPRIORITY=5\nLOGGER=fail2ban.actions\n"
            "SYSLOG_IDENTIFIER=fail2ban\n");
  const std::string two = journal_datagram(3, "fail2ban", "a\nb");
  EXPECT_EQ(two.substr(0, 20), std::string("MESSAGE\n\3\0\0\0\0\0\0\0a\nb\n", 20));
}

}  // namespace
}  // namespace gaoler::sys
