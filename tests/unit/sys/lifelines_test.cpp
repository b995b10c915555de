#include "sys/lifelines.h"

#include <gtest/gtest.h>
#include <string>

namespace gaoler::sys {
namespace {

std::string texts(const std::vector<base::Network>& networks) {
  std::string text;
  for (const auto& network : networks) text += network.text() + " ";
  return text;
}

TEST(Lifelines, DefaultGatewaysAreThoseOfRoutesToEverywhere) {
  EXPECT_EQ(
      texts(gateways_in_route(
          "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
          "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
          "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
          "eth1\t0000000A\t0200000A\t0003\t0\t0\t0\t000000FF\t0\t0\t0\n"
          "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"
          "torn\t0000\n")),
      "172.17.0.1 ");
  EXPECT_EQ(texts(gateways_in_ipv6_route(
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                "fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n"
                "20010db8000000000000000000000000 40 00000000000000000000000000000000 00 "
                "00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth0\n"
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200 lo\n")),
            "fe80::1 ");
}

TEST(Lifelines, ResolversAreTheNameServersOfResolvConf) {
  EXPECT_EQ(
      texts(resolvers_in("# nameserver 192.0.2.1\nsearch example.org\nnameserver 192.0.2.53\n"
                         "nameserver\t2001:db8::53\nnameserver fe80::1%eth0\nnameserver x\n")),
      "192.0.2.53 2001:db8::53 fe80::1 ");
}

TEST(Lifelines, AnAddressOfNoUseHasNoRole) {
  Lifelines lifelines;
  EXPECT_EQ(lifelines.role_of(*base::Network::parse("198.51.100.77"), 0), std::nullopt);
}

}  // namespace
}  // namespace gaoler::sys
