#include "action/nft_step.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace gaoler::action {

void PrintTo(const NftScript& script, std::ostream* out) {
  for (const auto& call : script.calls) *out << (call.only_if_ok ? "&& " : "") << call.text << "\n";
  if (script.element) *out << "element " << script.element->network.text() << "\n";
}

namespace {

using Calls = std::vector<NftScript::Call>;

base::Network network(const char* text) {
  return *base::Network::parse(text);
}

TEST(RecogniseNft, TheStartOfNftablesActionsIsASequenceOfCalls) {
  const auto script = recognise_nft(
      "nft add table inet f2b-table\n"
      "nft -- add chain inet f2b-table f2b-chain \\{ type filter hook input priority -1 \\; \\}\n"
      "nft add set inet f2b-table addr-set-j \\{ type ipv4_addr\\; flags interval\\; \\}\n"
      "\n"
      "nft add rule inet f2b-table f2b-chain meta l4proto \\{ tcp \\} ip saddr @addr-set-j drop\n");
  const Calls expected = {
      {"add table inet f2b-table"},
      {"add chain inet f2b-table f2b-chain { type filter hook input priority -1 ; }"},
      {"add set inet f2b-table addr-set-j { type ipv4_addr; flags interval; }"},
      {"add rule inet f2b-table f2b-chain meta l4proto { tcp } ip saddr @addr-set-j drop"}};
  ASSERT_TRUE(script);
  EXPECT_EQ(*script, (NftScript{expected, std::nullopt}));
}

TEST(RecogniseNft, ElementsOfOneAddressOrNetAreStructured) {
  const std::pair<const char*, NftElement> cases[] = {
      {"nft add element inet t s \\{ 192.0.2.1 \\}",
       {true, "inet", "t", "s", network("192.0.2.1")}},
      {"nft delete element ip6 t-1 a/b \"{2001:db8::1}\"",
       {false, "ip6", "t-1", "a/b", network("2001:db8::1")}},
      {"/usr/sbin/nft add element ip t s '{' 10.0.0.0/8 }",
       {true, "ip", "t", "s", network("10.0.0.0/8")}},
  };
  for (const auto& [script, element] : cases) {
    const auto recognised = recognise_nft(script);
    ASSERT_TRUE(recognised) << script;
    EXPECT_EQ(recognised->element, element) << script;
  }
  const char* texts_only[] = {
      "nft add element inet t s \\{ 192.0.2.1, 192.0.2.2 \\}",
      "nft add element inet t s \\{ 192.0.2.1 timeout 5m \\}",
      "nft add element inet t s \\{ 192.0.2.1-192.0.2.9 \\}",
      "nft add element inet t s \\{ 10.0.0.1/8 \\}",
      "nft add element inet t s \\{ 010.0.0.1 \\}",
      "nft add element inet t s \\{ ::ffff:192.0.2.1 \\}",
      "nft add element inet t s \\{ some.name \\}",
      "nft create element inet t s \\{ 192.0.2.1 \\}",
      "nft add element t s \\{ 192.0.2.1 \\}",
      "nft add element inet t s \\{ 192.0.2.1 \\}\\; add table inet x",
      "nft add element inet t s \\{ 192.0.2.1 \\}; nft add element inet t s \\{ 192.0.2.2 \\}",
  };
  for (const char* script : texts_only) {
    const auto recognised = recognise_nft(script);
    ASSERT_TRUE(recognised) << script;
    EXPECT_EQ(recognised->element, std::nullopt) << script;
  }
}

TEST(RecogniseNft, AnythingAShellWouldActOnIsLeftToTheShell) {
  const char* scripts[] = {
      "",
      "\n",
      "nft",
      "nft --",
      "nft list chain inet t c | grep -q x",
      "{ nft flush set inet t s 2> /dev/null; } || { nft delete set inet t s; }",
      "nft add element inet t s { $f2bV_ip }",
      "f2bV_ip=$0 \nnft add element inet t s \\{ $f2bV_ip \\}",
      "nft add table inet \"$x\"",
      "nft add table inet `id`",
      "nft add table inet t &",
      "nft add table inet t & nft add table inet u",
      "nft add table inet t || true",
      "nft add table inet t # comment",
      "nft add table inet t*",
      "nft add table inet t >/dev/null",
      "nft add table inet {a,b}",
      "nft add table inet ~",
      "nft add table inet t &&",
      "nft add table inet t ; ; nft add table inet u",
      "; nft add table inet t",
      "nft add table inet 't",
      "nft add table inet \"t",
      "nft add table inet t\\",
      "nft add table inet t; echo done",
      "sudo nft add table inet t",
      "/opt/nft add table inet t",
      "X=1 nft add table inet t",
      "nft -f /tmp/x",
      "nft -a list table inet t",
      "nft add table inet -t",
      "nft monitor",
      "nft 'add table inet t; monitor'",
      "nft 'include \"/etc/x\"'",
      "nft -- 'define x = 1'",
      "nft describe ipv4_addr",
      "if true; then nft add table inet t; fi",
      "! nft add table inet t",
      "{ nft add table inet t; }",
      "nft add table inet t\r\n",
  };
  for (const char* script : scripts) EXPECT_EQ(recognise_nft(script), std::nullopt) << script;
  EXPECT_EQ(recognise_nft(std::string_view("nft add table inet a\0b", 22)), std::nullopt);
}

TEST(RecogniseNft, AndAndJoinsOnSuccess) {
  const auto script =
      recognise_nft("nft add table inet a &&\n\n nft add table inet b;nft add table inet c");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->calls, (Calls{{"add table inet a", false},
                                  {"add table inet b", true},
                                  {"add table inet c", false}}));
}

// Scripts put together at random are run by /bin/sh with an "nft" that notes its arguments: what is
// recognised must have been called exactly so.
TEST(RecogniseNft, ReadsWordsAsTheShellDoes) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("gaoler_nft." + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "nft")
      << "#!/bin/sh\n[ \"$1\" = -- ] && shift\nprintf '%s\\036' \"$*\" >>calls\n";
  chmod((folder / "nft").c_str(), 0755);
  const char* pieces[] = {
      "nft add ", "nft list ", "a",        "b c",     "'x y'", "\"p q\"", "\\;", "\\{",      "\\ ",
      "\\\n",     "\\\\",      "\\a",      "\"\\a\"", "'",     "\"",      "\n",  ";",        " && ",
      " { ",      " } ",       "{",        "}",       "\t",    "=",       "%",   "@s ",      "''",
      "\"\"",     "\"\\\"\"",  "\"\\\n\"", "!",       "^",     "-- ",     "-1",  "\xc3\xa4", "#"};
  std::mt19937 random(7);
  std::uniform_int_distribution<size_t> any(0, std::size(pieces) - 1);
  int recognised_count = 0;
  for (int round = 0; round < 20000 && recognised_count < 250; ++round) {
    std::string script = "nft add x";
    const size_t count = 1 + any(random) % 8;
    for (size_t i = 0; i < count; ++i) script += pieces[any(random)];
    const auto recognised = recognise_nft(script);
    if (!recognised) continue;
    ++recognised_count;
    std::filesystem::remove(folder / "calls");
    std::ofstream(folder / "script") << script;
    const std::string command =
        "cd " + folder.string() + " && PATH=$PWD:$PATH /bin/sh ./script 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0) << script;
    std::stringstream calls;
    calls << std::ifstream(folder / "calls").rdbuf();
    std::string expected;
    for (const auto& call : recognised->calls) expected += call.text + "\036";
    EXPECT_EQ(calls.str(), expected) << script;
  }
  EXPECT_EQ(recognised_count, 250);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gaoler::action
