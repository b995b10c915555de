#include "base/ip.h"

#include <gtest/gtest.h>
#include <set>
#include <unordered_set>

namespace gaoler::base {
namespace {

std::string canonical(std::string_view text) {
  const auto network = Network::parse(text);
  return network ? network->text() : "none";
}

TEST(Network, TextIsCanonical) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"2001:DB8:0:0::1", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::ffff:192.0.2.1/120", "192.0.2.0/24"},
      {"10.1.2.3/8", "10.0.0.0/8"},
      {"10.1.2.3/255.255.0.0", "10.1.0.0/16"},
      {"10.1.2.3/32", "10.1.2.3"},
      {"2001:db8::1/64", "2001:db8::/64"},
      {"2001:db8::1/ffff:ffff::", "2001:db8::/32"},
      {"::", "::"},
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"::/0", "::/0"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(canonical(text), expected) << text;
}

TEST(Network, WhatIsNoAddressIsNone) {
  for (const std::string_view text :
       {"", "host", "192.0.2", "192.0.2.256", "010.1.1.1", "192.0.2.1 ", "fe80::1%eth0", "1::2::3",
        "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/255.0.255.0",
        "10.0.0.0/ffff::", "::/129", "1/2/3", "[]", "[::1"}) {
    EXPECT_EQ(canonical(text), "none") << text;
  }
}

TEST(Network, ContainsAsksFamilyPrefixAndBits) {
  const Network net = *Network::parse("10.0.0.0/8");
  EXPECT_TRUE(net.contains(*Network::parse("10.255.0.1")));
  EXPECT_TRUE(net.contains(net));
  EXPECT_TRUE(net.contains(*Network::parse("10.3.0.0/16")));
  EXPECT_FALSE(net.contains(*Network::parse("11.0.0.1")));
  EXPECT_FALSE(net.contains(*Network::parse("0.0.0.0/0")));
  EXPECT_FALSE(net.contains(*Network::parse("a00::")));
}

TEST(Network, MaskingNeverWidensBack) {
  EXPECT_EQ(Network::parse("192.0.2.77")->masked(24).text(), "192.0.2.0/24");
  EXPECT_EQ(Network::parse("192.0.0.0/16")->masked(24).text(), "192.0.0.0/16");
  EXPECT_EQ(Network::parse("2001:db8::1")->masked(64).text(), "2001:db8::/64");
}

TEST(Network, BytesBeyondTheFamilyAreIgnored) {
  const uint8_t bytes[16] = {192, 0, 2, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
  EXPECT_EQ(Network::from_bytes(Family::inet4, bytes, 32), *Network::parse("192.0.2.1"));
  EXPECT_EQ(Network::from_bytes(Family::inet4, bytes, 99).prefix(), 32);
}

TEST(Network, ReversedLabelsAreReadyForDnsLists) {
  EXPECT_EQ(Network::parse("192.0.2.1")->reversed_labels(), "1.2.0.192.");
  EXPECT_EQ(Network::parse("2001:db8::1")->reversed_labels(),
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.");
}

TEST(Network, OrdersAndHashesByValue) {
  const auto net = [](std::string_view text) { return *Network::parse(text); };
  const std::set<Network> ordered{net("::1"), net("10.0.0.1"), net("10.0.0.0/8"), net("10.0.0.1")};
  EXPECT_EQ(ordered.size(), 3u);
  EXPECT_EQ(ordered.begin()->family(), Family::inet4);
  const std::unordered_set<Network> hashed{net("::ffff:10.0.0.1"), net("10.0.0.1"),
                                           net("10.0.0.1/31")};
  EXPECT_EQ(hashed.size(), 2u);
}

TEST(Network, FamilyNamesAreFail2bans) {
  EXPECT_EQ(family_name(Family::inet4), "inet4");
  EXPECT_EQ(family_name(Family::inet6), "inet6");
}

}  // namespace
}  // namespace gaoler::base
