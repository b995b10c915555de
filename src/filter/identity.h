// Identity: who a failure is counted against, from the groups that a match captured.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/groups.h"
#include "filter/use_dns.h"

namespace gaoler::filter {

struct Identity {
  std::string id{};
  bool is_name = false;             // still to be resolved
  bool is_tuple = false;            // the text of an F-TUPLE_ID
  std::optional<std::string> ip{};  // the address when the id is another text
  bool known = true;                // false: nothing that could be an id was captured
  friend bool operator==(const Identity&, const Identity&) = default;
};

// As fail2ban 1.1: an F-ID wins over addresses and then has the address beside it - but not over a
// name, which is resolved and counted itself. With usedns `raw` (or raw_names) names stay ids; with
// `no` a name is nobody: nothing.
std::optional<Identity> identify(const Groups& groups, UseDns use_dns, bool raw_names);

// The one way to write an address that fail2ban parses: brackets off, IPv6 compressed,
// ::ffff:1.2.3.4 as IPv4, host bits of a network cleared; other text as it is.
std::string canonical_id(std::string_view text);

// The parts of an F-TUPLE_ as Python writes them: (None, 'x').
std::string tuple_text(const std::vector<std::optional<std::string>>& parts);

}  // namespace gaoler::filter
