#include "filter/use_dns.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace gaoler::filter {
namespace {

constexpr std::array<std::pair<UseDns, std::string_view>, 4> kNames = {{
    {UseDns::yes, "yes"},
    {UseDns::warn, "warn"},
    {UseDns::no, "no"},
    {UseDns::raw, "raw"},
}};

}  // namespace

std::optional<UseDns> parse_use_dns(std::string_view text) {
  for (const auto& [value, name] : kNames) {
    if (base::equals_ignoring_case(text, name)) return value;
  }
  return std::nullopt;
}

std::string_view use_dns_name(UseDns use_dns) {
  for (const auto& [value, name] : kNames) {
    if (value == use_dns) return name;
  }
  return {};
}

}  // namespace gaoler::filter
