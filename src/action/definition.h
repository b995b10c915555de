// Definition: the properties of one action, as the command stream sets them and as commands read
// them back.
//
// Knows the texts (actionban, actioncheck, ...), [Init] keys and their ?family= variants, and puts
// properties into texts; it does not know what has been started or run (that is Action). Single
// owner, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "action/scope.h"
#include "base/result.h"
#include "base/time.h"

namespace gaoler::action {

// As it came over the wire: the client sends booleans for a few keys and text for all others.
using Property = std::variant<bool, int64_t, double, std::string>;

std::string property_text(const Property& value);  // as Python's str(): "True", "120", "1.5"
bool property_truth(
    const Property& value);  // as Python's bool(): "" and 0 are false, "false" is true

class Definition {
 public:
  Definition();

  // `set J action A key value`. "timeout" takes a span of time and keeps seconds; "bantime" is
  // ignored, because it is a tag of the ticket. Refused when the span is not understood.
  base::Result<void> set(const std::string& key, Property value);

  // `get J action A key`: refused in fail2ban's words when there is no such property.
  base::Result<Property> get(std::string_view key) const;

  // `get J actionproperties A` and `actionmethods A`: sorted by name as Python lists them.
  std::vector<std::string> property_names() const;
  static std::vector<std::string> method_names();

  // A reload begins: the action texts and the timeout go back to their defaults, other keys stay as
  // in fail2ban.
  void reset_commands();

  bool has(std::string_view key) const;          // set and true
  std::string text(std::string_view key) const;  // "" if absent; not expanded
  base::Seconds timeout() const;
  bool starts_on_demand()
      const;  // actionstart_on_demand, else whether any property has a family variant
  bool has_family_variants() const;

  // The text of a property with all properties put in, for this family. Cached until a property
  // changes.
  base::Result<std::string> expanded(std::string_view key, Scope scope) const;

  // Grows with every change: whoever remembers expanded texts knows when they are stale.
  uint64_t revision() const { return revision_; }

 private:
  void changed();

  std::map<std::string, Property, std::less<>> properties_;
  uint64_t revision_ = 0;
  mutable std::map<std::pair<std::string, Scope>, std::string> expanded_;
};

}  // namespace gaoler::action
