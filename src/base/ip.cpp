#include "base/ip.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <functional>

namespace gaoler::base {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Address {
  Family family;
  std::array<uint8_t, 16> bytes;
};

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  Address address{};
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) {
    address.family = Family::inet4;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.family = Family::inet6;
  return address;
}

void clear_host_bits(std::array<uint8_t, 16>& bytes, int prefix) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(prefix - 8 * i, 0, 8);
    bytes[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xff00 >> kept);
  }
}

// A mask such as 255.255.0.0 or ffff:: as a length; nothing if its ones are not all in front.
std::optional<int> mask_length(const Address& mask) {
  const int bits = mask.family == Family::inet4 ? 32 : 128;
  int length = 0;
  while (length < bits && (mask.bytes[static_cast<size_t>(length / 8)] >> (7 - length % 8) & 1))
    ++length;
  std::array<uint8_t, 16> rest = mask.bytes;
  clear_host_bits(rest, length);
  return rest == mask.bytes ? std::optional<int>(length) : std::nullopt;
}

std::optional<int> parse_suffix(std::string_view text, Family family) {
  int length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error == std::errc() && end == text.data() + text.size()) {
    const bool fits = length >= 0 && length <= (family == Family::inet4 ? 32 : 128);
    return fits ? std::optional<int>(length) : std::nullopt;
  }
  const auto mask = parse_address(text);
  if (!mask || mask->family != family) return std::nullopt;
  return mask_length(*mask);
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const size_t slash = text.find('/');
  std::string_view host = text.substr(0, slash);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  auto address = parse_address(host);
  if (!address) return std::nullopt;
  int prefix = address->family == Family::inet4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const auto length = parse_suffix(text.substr(slash + 1), address->family);
    if (!length) return std::nullopt;
    prefix = *length;
  }
  const bool mapped =
      address->family == Family::inet6 && prefix >= 96 &&
      std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address->bytes.begin());
  if (mapped) return from_bytes(Family::inet4, address->bytes.data() + 12, prefix - 96);
  return from_bytes(address->family, address->bytes.data(), prefix);
}

Network Network::from_bytes(Family family, const uint8_t* bytes, int prefix) {
  Network network;
  network.family_ = family;
  network.prefix_ = std::clamp(prefix, 0, network.bits());
  std::memcpy(network.bytes_.data(), bytes, family == Family::inet4 ? 4 : 16);
  clear_host_bits(network.bytes_, network.prefix_);
  return network;
}

Network Network::masked(int prefix) const {
  return from_bytes(family_, bytes_.data(), std::min(prefix, prefix_));
}

bool Network::contains(const Network& other) const {
  return family_ == other.family_ && prefix_ <= other.prefix_ && other.masked(prefix_) == *this;
}

std::string Network::text() const {
  char buffer[INET6_ADDRSTRLEN];
  std::string out;
  if (family_ == Family::inet4) {  // each line of a log has one: faster than inet_ntop
    char* end = buffer;
    for (size_t i = 0; i < 4; ++i) {
      if (i > 0) *end++ = '.';
      end = std::to_chars(end, buffer + sizeof buffer, bytes_[i]).ptr;
    }
    out.assign(buffer, end);
  } else {
    out = inet_ntop(AF_INET6, bytes_.data(), buffer, sizeof buffer);
  }
  if (!is_single()) out += "/" + std::to_string(prefix_);
  return out;
}

std::string Network::reversed_labels() const {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (size_t i = family_ == Family::inet4 ? 4 : 16; i-- > 0;) {
    if (family_ == Family::inet4) {
      out += std::to_string(bytes_[i]) + ".";
    } else {
      for (const int nibble : {bytes_[i] & 15, bytes_[i] >> 4}) {
        out += kHex[static_cast<size_t>(nibble)];
        out += '.';
      }
    }
  }
  return out;
}

std::string_view family_name(Family family) {
  return family == Family::inet4 ? "inet4" : "inet6";
}

}  // namespace gaoler::base

size_t std::hash<gaoler::base::Network>::operator()(
    const gaoler::base::Network& network) const noexcept {
  const auto& bytes = network.bytes();
  const std::string_view raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>{}(raw) ^ static_cast<size_t>(network.prefix());
}
