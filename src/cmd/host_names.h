// Host names and addresses, as the resolver of the C library knows them. Blocks as long as that
// does: for tools that have nothing else to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gaoler::cmd {

// IPv4 before IPv6, each once; empty if the name is unknown.
std::vector<std::string> addresses_of_name(const std::string& name);
std::optional<std::string> name_of_address(const std::string& address);
std::optional<std::string> canonical_name(const std::string& host);

}  // namespace gaoler::cmd
