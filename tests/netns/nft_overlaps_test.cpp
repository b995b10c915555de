// Networks and addresses inside each other, in the kernel's interval sets.
#include "sys/nft_overlaps.h"

#include <optional>
#include <random>

#include "base/text.h"
#include "netns/private_net.h"

namespace gaoler::sys {
namespace {

using netns::shell;

class NftOverlapsTest : public netns::PrivateNet {
 protected:
  void SetUp() override {
    PrivateNet::SetUp();
    if (IsSkipped()) return;
    make_sets();
    auto opened = NftElements::open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    overlaps_.emplace(std::move(*opened));
  }

  static void make_sets() {
    nft("add table inet t");
    nft("add set inet t s { type ipv4_addr; flags interval; }");
    nft("add set inet t six { type ipv6_addr; flags interval; }");
  }

  // Words like "+192.0.2.1" and "-192.0.2.0/24", all at once; how many failed.
  int apply(const std::string& words, const std::string& set = "s") {
    std::vector<NftElementChange> changes;
    for (const auto word : base::split_any(words, " ")) {
      changes.push_back({word[0] == '+', "inet", "t", set, *base::Network::parse(word.substr(1))});
    }
    int failed = 0;
    for (const auto& outcome : overlaps_->apply(changes)) {
      if (outcome.for_nft || !outcome.result) ++failed;
    }
    return failed;
  }

  std::optional<NftOverlaps> overlaps_;
};

TEST_F(NftOverlapsTest, OfWhatLiesInsideEachOtherTheOutermostIsInTheKernel) {
  struct Case {
    const char* changes;
    const char* listed;
  };
  const Case cases[] = {
      {"+192.0.2.0/24 +192.0.2.1", "{ 192.0.2.0/24 }\n"},
      {"-192.0.2.0/24", "{ 192.0.2.1 }\n"},
      {"+192.0.2.0/24", "{ 192.0.2.0/24 }\n"},
      {"-192.0.2.1", "{ 192.0.2.0/24 }\n"},
      {"-192.0.2.0/24", ""},
      // both ends, next to others, nested
      {"+192.0.2.0 +192.0.2.255 +192.0.1.255 +192.0.3.0",
       "{ 192.0.1.255, 192.0.2.0,"
       " 192.0.2.255, 192.0.3.0 }\n"},
      {"+192.0.2.0/24 +192.0.2.128/25", "{ 192.0.1.255, 192.0.2.0/24, 192.0.3.0 }\n"},
      {"+192.0.0.0/16", "{ 192.0.0.0/16 }\n"},
      {"-192.0.2.0/24", "{ 192.0.0.0/16 }\n"},
      {"-192.0.0.0/16", "{ 192.0.1.255, 192.0.2.0, 192.0.2.128/25, 192.0.3.0 }\n"},
      {"-192.0.2.128/25", "{ 192.0.1.255, 192.0.2.0, 192.0.2.255, 192.0.3.0 }\n"},
      {"-192.0.1.255 -192.0.2.0 -192.0.2.255 -192.0.3.0", ""},
      // all in one go
      {"+192.0.2.0/24 +192.0.2.1 -192.0.2.1 +192.0.2.2 -192.0.2.0/24", "{ 192.0.2.2 }\n"},
      {"+192.0.2.0/24 -192.0.2.0/24", "{ 192.0.2.2 }\n"},
      {"+192.0.2.0/24 +192.0.2.0/24 +192.0.2.2", "{ 192.0.2.0/24 }\n"},
  };
  for (const auto& [changes, listed] : cases) {
    EXPECT_EQ(apply(changes), 0) << changes;
    EXPECT_EQ(elements("s"), listed) << changes;
  }
}

TEST_F(NftOverlapsTest, WhatWasNeverAddedCannotBeDeleted) {
  EXPECT_EQ(apply("+192.0.2.0/24"), 0);
  EXPECT_EQ(apply("-192.0.2.7"), 1);
  EXPECT_EQ(apply("-192.0.2.0/25"), 1);
  EXPECT_EQ(elements("s"), "{ 192.0.2.0/24 }\n");
}

TEST_F(NftOverlapsTest, WhatIsCoveredIsForgottenWithItsCover) {
  EXPECT_EQ(apply("+192.0.2.0/24 +192.0.2.1 +192.0.2.2"), 0);
  nft("flush set inet t s");
  EXPECT_EQ(apply("+192.0.2.0/24 +192.0.2.2"), 0);
  EXPECT_EQ(apply("-192.0.2.0/24"), 0);
  EXPECT_EQ(elements("s"), "{ 192.0.2.2 }\n") << "192.0.2.1 was not added again";
  EXPECT_EQ(apply("+192.0.2.0/24"), 0);
  nft("flush ruleset");
  make_sets();
  EXPECT_EQ(apply("+192.0.2.2"), 0);
  EXPECT_EQ(elements("s"), "{ 192.0.2.2 }\n");
}

TEST_F(NftOverlapsTest, IPv6AsWell) {
  EXPECT_EQ(apply("+2001:db8::1 +2001:db8:0:1::/64 +2001:db8::/32 +2001:db8::2", "six"), 0);
  EXPECT_EQ(elements("six"), "{ 2001:db8::/32 }\n");
  EXPECT_EQ(apply("-2001:db8::/32 -2001:db8::1", "six"), 0);
  EXPECT_EQ(elements("six"), "{ 2001:db8::2, 2001:db8:0:1::/64 }\n");
}

// Any sequence: the kernel holds the outermost of what was added and not deleted.
TEST_F(NftOverlapsTest, RandomSequencesKeepTheOutermost) {
  std::mt19937 random(7);
  std::set<base::Network> asked;
  for (int round = 0; round < 200; ++round) {
    std::string words;
    for (int i = 0; i < 6; ++i) {
      const int length = random() % 2 == 0 ? 32 : 24 + static_cast<int>(random() % 8);
      const auto network = base::Network::parse("192.0.2." + std::to_string(random() % 256) + "/" +
                                                std::to_string(length));
      const bool add = !asked.contains(*network);
      words += (words.empty() ? "" : " ") + std::string(add ? "+" : "-") + network->text();
      add ? void(asked.insert(*network)) : void(asked.erase(*network));
    }
    ASSERT_EQ(apply(words), 0) << words;
    std::set<std::string> outermost;
    std::optional<base::Network> cover;
    for (const auto& network : asked) {
      if (cover && cover->contains(network)) continue;
      cover = network;
      outermost.insert(network.text());
    }
    std::set<std::string> listed;
    const std::string listing = elements("s");
    for (const auto word : base::split_any(listing, " ,{}\n")) {
      if (!word.empty()) listed.emplace(word);
    }
    ASSERT_EQ(listed, outermost) << words;
  }
}

TEST_F(NftOverlapsTest, ANetworkOverManyAddressesIsFast) {
  constexpr int kMany = 20'000;
  std::vector<NftElementChange> changes;
  for (int i = 0; i < kMany; ++i) {
    const uint32_t address = 0x0A000000u + static_cast<uint32_t>(i) * 2;
    const uint8_t bytes[4] = {static_cast<uint8_t>(address >> 24),
                              static_cast<uint8_t>(address >> 16),
                              static_cast<uint8_t>(address >> 8), static_cast<uint8_t>(address)};
    changes.push_back(
        {true, "inet", "t", "s", base::Network::from_bytes(base::Family::inet4, bytes, 32)});
  }
  for (const auto& outcome : overlaps_->apply(changes)) ASSERT_TRUE(outcome.result.ok());
  EXPECT_EQ(apply("+10.0.0.0/8"), 0);
  EXPECT_EQ(elements("s"), "{ 10.0.0.0/8 }\n");
  EXPECT_EQ(apply("-10.0.0.0/8"), 0);
  EXPECT_EQ(shell("nft list set inet t s | grep -o '10[0-9.]*' | wc -l").text,
            std::to_string(kMany) + "\n");
}

}  // namespace
}  // namespace gaoler::sys
