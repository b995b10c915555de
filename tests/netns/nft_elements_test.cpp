// Elements by netlink against the kernel, with the nft program as judge.
#include "sys/nft_elements.h"

#include <chrono>
#include <iostream>
#include <random>

#include "netns/private_net.h"

namespace gaoler::sys {
namespace {

using netns::shell;

NftElementChange change(bool add, const std::string& set, const std::string& network) {
  return {add, "inet", "t", set, *base::Network::parse(network)};
}

class NftElementsTest : public netns::PrivateNet {
 protected:
  void SetUp() override {
    PrivateNet::SetUp();
    if (IsSkipped()) return;
    nft("add table inet t");
    for (const std::string family : {"4", "6"}) {
      nft("add set inet t plain" + family + " { type ipv" + family + "_addr; }");
      nft("add set inet t range" + family + " { type ipv" + family + "_addr; flags interval; }");
    }
    auto opened = NftElements::open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    elements_.emplace(std::move(*opened));
  }

  // "ok", "nft" or the first line of the error.
  std::string apply(const NftElementChange& one) { return apply(std::vector{one})[0]; }
  std::vector<std::string> apply(const std::vector<NftElementChange>& changes) {
    std::vector<std::string> texts;
    for (const auto& outcome : elements_->apply(changes)) {
      std::string text = outcome.for_nft ? "nft" : "ok";
      if (!outcome.result) text = outcome.result.error().message;
      texts.push_back(text.substr(0, text.find('\n')));
    }
    return texts;
  }

  std::optional<NftElements> elements_;
};

const char* const kMissing = "Error: Could not process rule: No such file or directory";
const char* const kOverlap = "Error: interval overlaps with an existing one";

TEST_F(NftElementsTest, AddsAndDeletesInAllKindsOfSets) {
  const std::pair<const char*, std::vector<const char*>> cases[] = {
      {"plain4", {"192.0.2.1"}},
      {"plain6", {"2001:db8::1"}},
      {"range4", {"192.0.2.1", "198.51.100.0/24"}},
      {"range6", {"2001:db8::1", "2001:db8:1::/48"}},
  };
  for (const auto& [set, networks] : cases) {
    std::string listed;
    for (const char* network : networks) {
      EXPECT_EQ(apply(change(true, set, network)), "ok");
      EXPECT_EQ(apply(change(true, set, network)), "ok") << "a second time";
      listed += (listed.empty() ? "{ " : ", ") + std::string(network);
    }
    EXPECT_EQ(elements(set), listed + " }\n");
    for (const char* network : networks) {
      EXPECT_EQ(apply(change(false, set, network)), "ok");
      EXPECT_EQ(apply(change(false, set, network)),
                strchr(network, '/') != nullptr ? "nft" : kMissing);
    }
    EXPECT_EQ(elements(set), "");
  }
}

TEST_F(NftElementsTest, ABadOneTakesNoOtherWithIt) {
  std::vector<NftElementChange> changes;
  std::vector<std::string> expected;
  for (int i = 1; i <= 200; ++i) {
    const bool bad = i % 50 == 7;
    changes.push_back(change(!bad, "range4", "192.0.2." + std::to_string(i)));
    expected.push_back(bad ? kMissing : "ok");
  }
  changes.push_back(change(true, "range4", "192.0.2.0/28"));
  expected.push_back(kOverlap);
  EXPECT_EQ(apply(changes), expected);
  EXPECT_EQ(shell("nft list set inet t range4 | grep -o '192[0-9.]*' | wc -l").text, "196\n");
  EXPECT_EQ(apply(changes), expected) << "the second time all good ones are there";
}

TEST_F(NftElementsTest, ChangesOfOneElementKeepTheirOrder) {
  EXPECT_EQ(apply({change(true, "range4", "192.0.2.1"), change(false, "range4", "192.0.2.1"),
                   change(false, "range4", "192.0.2.1"), change(true, "range4", "192.0.2.1")}),
            (std::vector<std::string>{"ok", "ok", kMissing, "ok"}));
  EXPECT_EQ(elements("range4"), "{ 192.0.2.1 }\n");
}

TEST_F(NftElementsTest, WhatItCannotDoIsForNft) {
  nft("add set inet t merging { type ipv4_addr; flags interval; auto-merge; }");
  nft("add set inet t pairs { type ipv4_addr . inet_service; }");
  nft("add set inet t counted { type ipv4_addr; counter; }");
  nft("add map inet t mapped { type ipv4_addr : verdict; }");
  EXPECT_EQ(apply({change(true, "merging", "192.0.2.1"), change(true, "pairs", "192.0.2.1"),
                   change(true, "mapped", "192.0.2.1"), change(true, "counted", "192.0.2.1"),
                   change(true, "none", "192.0.2.1"), change(true, "plain4", "192.0.2.0/24"),
                   change(true, "plain4", "2001:db8::1"), change(true, "plain4", "192.0.2.1")}),
            (std::vector<std::string>{"nft", "nft", "nft", "nft", "nft", "nft", "nft", "ok"}));
}

TEST_F(NftElementsTest, ASetMadeAnewIsNotTakenForTheOldOne) {
  EXPECT_EQ(apply(change(true, "plain4", "192.0.2.1")), "ok");
  nft("delete set inet t plain4");
  EXPECT_EQ(apply(change(true, "plain4", "192.0.2.1")), "nft");
  nft("add set inet t plain4 { type ipv4_addr; flags interval; }");
  EXPECT_EQ(apply(change(true, "plain4", "192.0.2.1")), "ok");
  EXPECT_EQ(elements("plain4"), "{ 192.0.2.1 }\n");
  nft("delete set inet t plain4");
  nft("add set inet t plain4 { type ipv4_addr; }");
  EXPECT_EQ(apply(change(true, "plain4", "192.0.2.9")), "ok");
  EXPECT_EQ(elements("plain4"), "{ 192.0.2.9 }\n");
}

// The same changes to one set by netlink and to another by the nft program, in the corners of the
// address space: the same ones must succeed, and the sets must read alike after each.
TEST_F(NftElementsTest, RandomChangesOfRangesMeanWhatNftMeans) {
  nft("add set inet t other4 { type ipv4_addr; flags interval; }");
  const char* prefixes[] = {"0.0.0.", "255.255.255.", "192.0.2."};
  std::mt19937 random(3);
  const auto any = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  for (int i = 0; i < 150; ++i) {
    const int last = any(8) + (any(2) != 0 ? 248 : 0);
    const int length = any(3) == 0 ? 29 + any(3) : 32;
    const auto network = base::Network::parse(prefixes[any(3)] + std::to_string(last) + "/" +
                                              std::to_string(length));
    NftElementChange ours{any(5) < 3, "inet", "t", "range4", *network};
    NftElementChange theirs = ours;
    theirs.set = "other4";
    std::string outcome = apply(ours);
    if (outcome == "nft")
      outcome = shell("nft '" + ours.text() + "'").status == 0 ? "ok" : "nft says no";
    const auto judge = shell("nft '" + theirs.text() + "'");
    ASSERT_EQ(outcome == "ok", judge.status == 0) << theirs.text() << "\n"
                                                  << outcome << "\n"
                                                  << judge.text;
    ASSERT_EQ(elements("range4"), elements("other4")) << theirs.text();
  }
}

std::vector<NftElementChange> many(bool add, const std::string& set, int count) {
  std::vector<NftElementChange> changes;
  for (int i = 0; i < count; ++i) {
    const uint32_t address = 0x0A000000u + static_cast<uint32_t>(i) * 2;
    const uint8_t bytes[4] = {static_cast<uint8_t>(address >> 24),
                              static_cast<uint8_t>(address >> 16),
                              static_cast<uint8_t>(address >> 8), static_cast<uint8_t>(address)};
    changes.push_back(
        {add, "inet", "t", set, base::Network::from_bytes(base::Family::inet4, bytes, 32)});
  }
  return changes;
}

double milliseconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

TEST_F(NftElementsTest, ManyElementsAreAddedAndDeletedFast) {
  struct Case {
    const char* set;
    int count;
  };
  for (const auto& [set, count] :
       {Case{"plain4", 2000}, {"range4", 2000}, {"plain4", 100'000}, {"range4", 100'000}}) {
    const auto all_ok = [&](bool add) {
      for (const auto& outcome : elements_->apply(many(add, set, count))) {
        ASSERT_TRUE(outcome.result.ok() && !outcome.for_nft);
      }
    };
    const double adding = milliseconds_of([&] { all_ok(true); });
    EXPECT_EQ(
        shell(std::string("nft list set inet t ") + set + " | grep -o '10[0-9.]*' | wc -l").text,
        std::to_string(count) + "\n");
    const double one = milliseconds_of([&] {
                         for (int i = 0; i < 20; ++i) {
                           EXPECT_EQ(apply(change(i % 2 == 0, set, "192.0.2.1")), "ok");
                         }
                       }) /
                       20;
    const double again = milliseconds_of([&] { all_ok(true); });
    const double deleting = milliseconds_of([&] { all_ok(false); });
    EXPECT_EQ(elements(set), "");
    std::cout << set << ": " << count << " added in " << adding << " ms, again in " << again
              << " ms, deleted in " << deleting << " ms, one beside them " << one << " ms\n";
    // Not a benchmark, but a set read back for each element would take minutes.
    EXPECT_LT(adding + deleting, 20'000);
  }
}

}  // namespace
}  // namespace gaoler::sys
