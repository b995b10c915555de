#include "filter/identity.h"

#include <arpa/inet.h>
#include <charconv>

#include "base/ip.h"
#include "base/quote.h"

namespace gaoler::filter {
namespace {

using base::Family;
using base::Network;

constexpr int kPastAnyPrefix = 999;

std::optional<Network> parse_address(Family family, std::string_view text) {
  uint8_t bytes[16] = {};
  // inet_pton and not Network::parse: a mapped IPv4 address must stay IPv6 here if it has a prefix.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  int domain = family == Family::inet4 ? AF_INET : AF_INET6;
  if (inet_pton(domain, std::string(text).c_str(), bytes) != 1) return std::nullopt;
  return Network::from_bytes(family, bytes, family == Family::inet4 ? 32 : 128);
}

Network without_mapping(const Network& address) {
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const auto& bytes = address.bytes();
  if (address.family() == Family::inet4 || !std::equal(kMapped, kMapped + 12, bytes.begin())) {
    return address;
  }
  return Network::from_bytes(Family::inet4, bytes.data() + 12, 32);
}

// A network as fail2ban prints it: without the length if that is 0 or no shorter than the address.
std::string network_text(const Network& address, int prefix) {
  if (prefix >= address.bits()) return address.text();
  Network network = address.masked(prefix);
  if (prefix > 0) return network.text();
  return address.family() == Family::inet4 ? "0.0.0.0" : "::";
}

// Digits only; a number too long to matter is as good as any beyond the longest prefix.
std::optional<int> parse_prefix(std::string_view digits) {
  int value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
  return error == std::errc() ? value : kPastAnyPrefix;
}

// "255.255.255.0" or "ffff:ffff::" -> 24, 32; nothing if the ones are not all in front.
std::optional<int> mask_length(std::string_view text) {
  for (Family family : {Family::inet4, Family::inet6}) {
    auto mask = parse_address(family, text);
    if (!mask) continue;
    int length = 0;
    while (length < mask->bits() && (mask->bytes()[length / 8] >> (7 - length % 8) & 1)) ++length;
    uint8_t ones[16];
    std::fill(ones, ones + 16, uint8_t{0xff});
    Network expected = Network::from_bytes(family, ones, mask->bits()).masked(length);
    return expected.bytes() == mask->bytes() ? std::optional(length) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Network> parse_any(std::string_view text) {
  auto address = parse_address(Family::inet4, text);
  return address ? address : parse_address(Family::inet6, text);
}

std::optional<std::string> canonical_network(std::string_view text, size_t slash) {
  std::string_view suffix = text.substr(slash + 1);
  auto prefix = parse_prefix(suffix);
  if (!prefix) prefix = mask_length(suffix);
  auto address = parse_any(text.substr(0, slash));
  if (!prefix || !address) return std::nullopt;
  return network_text(*address, *prefix);
}

std::string_view without_brackets(std::string_view text) {
  bool enclosed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  return enclosed ? text.substr(1, text.size() - 2) : text;
}

// Nothing if the text is no address. Without brackets.
std::optional<std::string> canonical_address(std::string_view text) {
  if (size_t slash = text.find('/'); slash != std::string_view::npos) {
    return canonical_network(text, slash);
  }
  auto address = parse_any(text);
  if (!address) return std::nullopt;
  return without_mapping(*address).text();
}

// An ip4 or ip6 group, cut to a cidr group if there is one.
std::string captured_address(Family family, const std::string& text, const Groups& groups) {
  auto address = parse_address(family, text);
  const std::string* cidr = groups.text("cidr");
  auto prefix = cidr ? parse_prefix(*cidr) : std::nullopt;
  if (prefix && !address) address = parse_any(text);
  if (!address) return text;
  return prefix ? network_text(*address, *prefix) : without_mapping(*address).text();
}

std::optional<std::string> address_of(const Groups& groups) {
  if (const std::string* ip4 = groups.text("ip4")) {
    return captured_address(Family::inet4, *ip4, groups);
  }
  if (const std::string* ip6 = groups.text("ip6")) {
    return captured_address(Family::inet6, *ip6, groups);
  }
  return std::nullopt;
}

// The address that stands for itself in a place for names: an IPv6 one may have brackets, and only
// on one side.
std::optional<std::string> address_as_name(std::string_view name) {
  if (auto address = parse_address(Family::inet4, name)) return address->text();
  if (name.starts_with('[')) name.remove_prefix(1);
  if (name.ends_with(']')) name.remove_suffix(1);
  if (name.find('.') != std::string_view::npos) return std::nullopt;
  auto address = parse_address(Family::inet6, name);
  if (!address) return std::nullopt;
  return without_mapping(*address).text();
}

std::optional<Identity> identify_name(const std::string& name, UseDns use_dns) {
  if (auto address = address_as_name(name)) return Identity{.id = *address};
  if (use_dns == UseDns::no) return std::nullopt;
  return Identity{.id = name, .is_name = true};
}

Identity identify_text(const GroupValue& fid, bool raw) {
  if (const auto* text = std::get_if<std::string>(&fid)) {
    return {.id = raw ? *text : canonical_id(*text)};
  }
  if (const auto* parts = std::get_if<std::vector<std::optional<std::string>>>(&fid)) {
    return {.id = tuple_text(*parts), .is_tuple = true};
  }
  return {.known = false};
}

}  // namespace

std::string tuple_text(const std::vector<std::optional<std::string>>& parts) {
  std::string text = "(";
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += ", ";
    text += parts[i] ? base::quoted(*parts[i]) : "None";
  }
  return text + (parts.size() == 1 ? ",)" : ")");
}

std::string canonical_id(std::string_view text) {
  text = without_brackets(text);
  return canonical_address(text).value_or(std::string(text));
}

std::optional<Identity> identify(const Groups& groups, UseDns use_dns, bool raw_names) {
  bool raw = raw_names || use_dns == UseDns::raw;
  const GroupValue* fid = groups.find("fid");
  const std::string* fid_text = groups.text("fid");
  const std::string* name = groups.text("dns");
  const std::string* captured = groups.text("ip4");
  if (!captured) captured = groups.text("ip6");
  std::optional<std::string> address = address_of(groups);

  if (!address && name) {
    if (!raw) return identify_name(*name, use_dns);
    captured = name;
    address = *name;
  }
  if (!fid) return address ? Identity{.id = *address} : Identity{.known = false};
  if (!address) return identify_text(*fid, raw);
  if (fid_text && *fid_text == *captured) return Identity{.id = *address};
  Identity identity = identify_text(*fid, raw);
  identity.ip = address;
  return identity;
}

}  // namespace gaoler::filter
