// TicketData: what the database's data column holds of a ticket, as JSON in fail2ban's shape:
//
//   {"matches": [["before", "date", "after"], "line", ...], "failures": 3, "ip4": "192.0.2.1", ...}
//
// Pure. A line without parts is a text; sets of names become lists. Reading takes what it
// understands: data that is no JSON, or of another shape, gives a ticket that knows less.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "jail/ticket.h"

namespace gaoler::store {

// The newest max_matches lines.
std::string write_ticket_data(const jail::Ticket& ticket, size_t max_matches);

// Fills lines, attempts, groups and ip. Nothing is said of attempts: without_count.
void read_ticket_data(std::string_view data, jail::Ticket& ticket, int without_count = 0);

}  // namespace gaoler::store
