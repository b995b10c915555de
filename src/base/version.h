// The version of fail2ban that this program stands in for: clients, %(fail2ban_version)s and log
// lines show it. Our own version is GAOLER_VERSION.
#pragma once

#include <string_view>

namespace gaoler::base {

inline constexpr std::string_view kFail2banVersion = "1.1.0";

}  // namespace gaoler::base
