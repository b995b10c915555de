#include "filter/identity.h"

#include <gtest/gtest.h>

namespace gaoler::filter {

void PrintTo(const Identity& identity, std::ostream* out) {
  *out << "id=" << identity.id << " name=" << identity.is_name << " tuple=" << identity.is_tuple
       << " ip=" << identity.ip.value_or("-") << " known=" << identity.known;
}

namespace {

using Named = std::vector<std::pair<const char*, const char*>>;

Groups groups(const Named& named) {
  Groups result;
  for (const auto& [name, value] : named) result.set(name, std::string(value));
  return result;
}

TEST(CanonicalId, IsTheOneWayToWriteAnAddress) {
  const std::pair<const char*, const char*> cases[] = {
      {"1.2.3.4", "1.2.3.4"},
      {"[1.2.3.4]", "1.2.3.4"},
      {"[2001:DB8::1]", "2001:db8::1"},
      {"::ffff:1.2.3.4", "1.2.3.4"},
      {"::ffff:102:304", "1.2.3.4"},
      {"1.2.3.4/24", "1.2.3.0/24"},
      {"1.2.3.4/0", "0.0.0.0"},
      {"1.2.3.4/33", "1.2.3.4"},
      {"1.2.3.4/99999999999", "1.2.3.4"},
      {"1.2.3.4/255.255.255.0", "1.2.3.0/24"},
      {"2001:db8::1/64", "2001:db8::/64"},
      {"::1/0", "::"},
      {"[10.0.0.1/8]", "10.0.0.0/8"},
      {"::ffff:102:304/120", "::ffff:1.2.3.0/120"},
      // No addresses.
      {"999.1.1.1", "999.1.1.1"},
      {"010.1.1.1", "010.1.1.1"},
      {"bob", "bob"},
      {"[bob]", "bob"},
      {"[]", "[]"},
      {"", ""},
      {"[10.0.0.1]/8", "[10.0.0.1]/8"},
      {"1.2.3.4/", "1.2.3.4/"},
      {"1.2.3.4/x", "1.2.3.4/x"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(canonical_id(text), expected) << text;
}

struct Case {
  Named groups;
  UseDns use_dns;
  std::optional<Identity> expected;
};

TEST(Identity, IsTheIdThenTheAddressThenTheName) {
  const Case cases[] = {
      {{{"ip4", "1.2.3.4"}}, UseDns::warn, Identity{.id = "1.2.3.4"}},
      {{{"ip6", "2001:DB8::1"}}, UseDns::warn, Identity{.id = "2001:db8::1"}},
      {{{"ip4", "256.1.1.1"}}, UseDns::warn, Identity{.id = "256.1.1.1"}},
      {{{"ip4", "1.2.3.4"}, {"cidr", "24"}}, UseDns::warn, Identity{.id = "1.2.3.0/24"}},
      {{{"ip4", "1.2.3.4"}, {"cidr", "0"}}, UseDns::warn, Identity{.id = "0.0.0.0"}},
      {{{"ip4", "1.2.3.4"}, {"cidr", "40"}}, UseDns::warn, Identity{.id = "1.2.3.4"}},
      {{{"dns", "mail.example"}}, UseDns::warn, Identity{.id = "mail.example", .is_name = true}},
      {{{"dns", "1.2.3.4"}}, UseDns::yes, Identity{.id = "1.2.3.4"}},
      {{{"dns", "[2001:DB8::1"}}, UseDns::yes, Identity{.id = "2001:db8::1"}},
      {{{"dns", "[1.2.3.4]"}}, UseDns::no, std::nullopt},
      {{{"dns", "::ffff:1.2.3.4"}}, UseDns::no, std::nullopt},
      {{{"dns", "mail.example"}}, UseDns::no, std::nullopt},
      {{{"dns", "mail.example"}}, UseDns::raw, Identity{.id = "mail.example"}},
      {{{"fid", "[::1]"}}, UseDns::warn, Identity{.id = "::1"}},
      {{{"fid", "[::1]"}}, UseDns::raw, Identity{.id = "[::1]"}},
      {{{"fid", "bob"}, {"ip4", "1.2.3.4"}}, UseDns::warn, Identity{.id = "bob", .ip = "1.2.3.4"}},
      {{{"fid", "1.2.3.4"}, {"ip4", "1.2.3.4"}}, UseDns::warn, Identity{.id = "1.2.3.4"}},
      {{{"fid", "bob"}, {"dns", "h.example"}},
       UseDns::warn,
       Identity{.id = "h.example", .is_name = true}},
      {{{"fid", "bob"}, {"dns", "h.example"}},
       UseDns::raw,
       Identity{.id = "bob", .ip = "h.example"}},
      {{{"user", "bob"}}, UseDns::warn, Identity{.known = false}},
  };
  for (const Case& c : cases) EXPECT_EQ(identify(groups(c.groups), c.use_dns, false), c.expected);
}

TEST(Identity, OfATupleIsItsText) {
  Groups captured;
  captured.set("fid", std::vector<std::optional<std::string>>{"x", std::nullopt, "it's"});
  EXPECT_EQ(identify(captured, UseDns::warn, false),
            (Identity{.id = "('x', None, \"it's\")", .is_tuple = true}));
}

}  // namespace
}  // namespace gaoler::filter
