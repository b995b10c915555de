// Values of tags that a ticket alone can tell: <ip>, <fid>, <family>, <matches>, <F-USER>, ...
//
// Pure. What needs more than the ticket (<ip-host>, <ipmatches>, <jail.found>, ...) is not known
// here: the server's lookup asks this one first or last. The ticket is only read during the call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"
#include "base/time.h"
#include "jail/ticket.h"

namespace gaoler::action {

// Nothing for a tag that is not one of: ip fid family ip-rev failures time bantime bancount
// restored matches F-NAME, and F-* for the names of all groups with blanks between them.
// jail_ban_time is meant when the ticket has none of its own.
std::optional<std::string> ticket_tag(const jail::Ticket& ticket, base::Seconds jail_ban_time,
                                      std::string_view tag);

// The address of the ticket: its ip where it has one besides the id.
const std::string& ticket_address(const jail::Ticket& ticket);
// Nothing if it is none: an id may be any text.
std::optional<base::Network> ticket_network(const jail::Ticket& ticket);

}  // namespace gaoler::action
