#include "action/scope.h"

#include "base/ip.h"

namespace gaoler::action {

Scope scope_of(std::string_view id) {
  const auto network = base::Network::parse(id);
  if (!network) return Scope::other;
  return network->family() == base::Family::inet4 ? Scope::inet4 : Scope::inet6;
}

std::string_view scope_text(Scope scope) {
  switch (scope) {
    case Scope::all:
      return "";
    case Scope::inet4:
      return "inet4";
    case Scope::inet6:
      return "inet6";
    case Scope::other:
      return "None";
  }
  return "";
}

std::string_view variant_suffix(Scope scope) {
  switch (scope) {
    case Scope::inet4:
      return "?family=inet4";
    case Scope::inet6:
      return "?family=inet6";
    case Scope::all:
    case Scope::other:
      return "";
  }
  return "";
}

}  // namespace gaoler::action
