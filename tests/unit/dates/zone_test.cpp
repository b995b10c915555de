#include "dates/zone.h"

#include <gtest/gtest.h>

namespace gaoler::dates {
namespace {

TEST(Zone, OffsetsAreFixedAndEastOfUtc) {
  const std::pair<std::string_view, int> cases[] = {
      {"", 0},           {"Z", 0},           {"UTC", 0},
      {"GMT", 0},        {"UTC+0200", 7200}, {"+02:00", 7200},
      {"-0530", -19800}, {"+05", 18000},     {"CET", 3600},
      {"CEST", 7200},    {"PDT", -25200},    {"CET+01:00", 7200},
      {"NPT", 20700},    {"NST", -12600},    {"MART", -34200},
      {"+19:99", 74340},
  };
  for (const auto& [text, seconds] : cases) EXPECT_EQ(zone_offset(text), seconds) << text;
}

TEST(Zone, UnknownTextIsRefused) {
  for (const std::string_view text :
       {"UTC+2", "+2", "cet", "XYZT", "IST", "EST5EDT", "UTC+020", "+02:0", "+25:00", "PT", "ChST",
        "X NUT", "+2a00", "Europe/Berlin", "+02 00"}) {
    EXPECT_EQ(zone_offset(text), std::nullopt) << text;
  }
  EXPECT_EQ(Zone::parse("UTC+2").error().message, "Unknown or unsupported time zone: 'UTC+2'");
}

TEST(Zone, SystemHasNoFixedOffset) {
  EXPECT_EQ(Zone::system().fixed_offset(), std::nullopt);
  EXPECT_EQ(Zone::parse("CET")->fixed_offset(), 3600);
}

}  // namespace
}  // namespace gaoler::dates
