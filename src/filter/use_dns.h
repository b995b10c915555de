// UseDns: the usedns option of a jail. `no` also changes what <HOST> stands for, `raw` what becomes
// of names.
#pragma once

#include <optional>
#include <string_view>

namespace gaoler::filter {

enum class UseDns { yes, warn, no, raw };

// Any case. What is not a value of usedns means `no`, as in fail2ban; the caller logs it.
std::optional<UseDns> parse_use_dns(std::string_view text);
std::string_view use_dns_name(UseDns use_dns);

}  // namespace gaoler::filter
