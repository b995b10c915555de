// IP addresses and networks as fail2ban names them.
//
// A Network is an address with a prefix length; a plain address has the full length of its family.
// Text form is canonical: IPv6 compressed lower-case, no zone, "/len" only when shorter than the
// family's full length. Values are small, ordered and hashable; nothing here resolves names.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gaoler::base {

enum class Family { inet4, inet6 };

class Network {
 public:
  // "192.0.2.1", "[2001:DB8::1]", "10.0.0.0/8", "10.0.0.0/255.0.0.0"; host bits are cleared.
  // "::ffff:1.2.3.4" is the IPv4 address. Nothing for names, zones, leading zeros ("010.1.1.1") or
  // a bad suffix.
  static std::optional<Network> parse(std::string_view text);

  // bytes: 4 or 16 in network order, the rest ignored.
  static Network from_bytes(Family family, const uint8_t* bytes, int prefix);

  Family family() const { return family_; }
  int prefix() const { return prefix_; }  // 0..32 or 0..128
  int bits() const { return family_ == Family::inet4 ? 32 : 128; }
  bool is_single() const { return prefix_ == bits(); }
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }  // the first 4 for IPv4

  // The first address in it.
  Network first() const { return from_bytes(family_, bytes_.data(), bits()); }

  // The same address cut to a shorter prefix; a longer one than it has leaves it as it is.
  Network masked(int prefix) const;
  bool contains(const Network& other) const;

  std::string text() const;

  // Labels from the last to the first, each with a dot behind, as DNS lists want it: "4.3.2.1.",
  // nibbles for IPv6.
  std::string reversed_labels() const;

  friend auto operator<=>(const Network&, const Network&) = default;

 private:
  Family family_ = Family::inet4;
  std::array<uint8_t, 16> bytes_{};
  int prefix_ = 32;
};

std::string_view family_name(Family family);  // "inet4", "inet6": fail2ban's words

}  // namespace gaoler::base

template <>
struct std::hash<gaoler::base::Network> {
  size_t operator()(const gaoler::base::Network& network) const noexcept;
};
