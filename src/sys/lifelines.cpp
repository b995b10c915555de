#include "sys/lifelines.h"

#include <array>
#include <charconv>
#include <cstring>
#include <fstream>

#include "base/text.h"

namespace gaoler::sys {
namespace {

constexpr unsigned kRouteIsUp = 1;
constexpr unsigned kRouteHasGateway = 2;

std::vector<std::string_view> words_of(std::string_view line) {
  return base::split_any(line, " \t\r");
}

std::optional<uint32_t> hex_number(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_gateway_route(std::string_view flags) {
  constexpr unsigned kWanted = kRouteIsUp | kRouteHasGateway;
  return (hex_number(flags).value_or(0) & kWanted) == kWanted;
}

std::optional<base::Network> ipv6_of_hex(std::string_view digits) {
  std::array<uint8_t, 16> bytes{};
  if (digits.size() != 2 * bytes.size()) return std::nullopt;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = hex_number(digits.substr(2 * i, 2));
    if (!byte) return std::nullopt;
    bytes[i] = static_cast<uint8_t>(*byte);
  }
  return base::Network::from_bytes(base::Family::inet6, bytes.data(), 128);
}

std::string text_of_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 16384> buffer{};
  while (file && text.size() < Lifelines::kMaxFileBytes) {
    file.read(buffer.data(), buffer.size());
    text.append(buffer.data(), static_cast<size_t>(file.gcount()));
  }
  return text;
}

}  // namespace

// Columns: interface, destination, gateway, flags, ...; numbers in hex, addresses as they lie in
// memory.
std::vector<base::Network> gateways_in_route(std::string_view text) {
  std::vector<base::Network> found;
  for (const auto line : base::split(text, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 8 || words[1] != "00000000" || words[7] != "00000000") continue;
    const auto address = hex_number(words[2]);
    if (!address || !is_gateway_route(words[3])) continue;
    std::array<uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &*address, sizeof *address);
    found.push_back(base::Network::from_bytes(base::Family::inet4, bytes.data(), 32));
  }
  return found;
}

// Columns: destination, its prefix, source, its prefix, next hop, metric, uses, uses, flags, ...
std::vector<base::Network> gateways_in_ipv6_route(std::string_view text) {
  std::vector<base::Network> found;
  for (const auto line : base::split(text, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 10 || words[1] != "00" || !is_gateway_route(words[8])) continue;
    if (const auto address = ipv6_of_hex(words[4])) found.push_back(*address);
  }
  return found;
}

std::vector<base::Network> resolvers_in(std::string_view text) {
  std::vector<base::Network> found;
  for (const auto line : base::split(text, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 2 || words[0] != "nameserver") continue;
    const auto address = base::Network::parse(words[1].substr(0, words[1].find('%')));
    if (address && address->is_single()) found.push_back(*address);
  }
  return found;
}

void Lifelines::read() {
  roles_.clear();
  for (const auto& one : resolvers_in(text_of_file("/etc/resolv.conf"))) roles_[one] = "a resolver";
  const auto note_gateways = [this](const std::vector<base::Network>& gateways) {
    for (const auto& one : gateways) roles_[one] = "the default gateway";
  };
  note_gateways(gateways_in_route(text_of_file("/proc/net/route")));
  note_gateways(gateways_in_ipv6_route(text_of_file("/proc/net/ipv6_route")));
}

std::optional<std::string> Lifelines::role_of(const base::Network& network, base::UnixTime now) {
  if (now >= known_until_ || known_until_ - now > kKept) {
    read();
    known_until_ = now + kKept;
  }
  // In their order what is inside of a network follows it.
  const auto found = roles_.lower_bound(network.first());
  if (found == roles_.end() || !network.contains(found->first)) return std::nullopt;
  return found->second;
}

}  // namespace gaoler::sys
