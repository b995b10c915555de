// Scope: the address family an operation of an action is for.
//
// As fail2ban 1.1: an action without family variants starts once for `all`; a ban is of its
// address's family, and an id that is no address is `other` (its <family> reads "None" and no
// variant applies).
#pragma once

#include <string_view>

namespace gaoler::action {

enum class Scope { all, inet4, inet6, other };

// The scope of an id or address as a ticket carries it.
Scope scope_of(std::string_view id);

// What <family> stands for: "", "inet4", "inet6", "None".
std::string_view scope_text(Scope scope);

// The suffix of the property variant that comes first: "?family=inet6", or nothing.
std::string_view variant_suffix(Scope scope);

}  // namespace gaoler::action
