// Groups: what the named groups of a failregex captured, in the order in which they came to be
// known.
//
// The order is that of fail2ban's dictionaries (prefregex first, then the failregex, then what was
// derived), because rows and database records show it. A group that exists but did not take part is
// kept, without a value: it hides the value a prefregex had for the name, as in fail2ban 1.1.0. A
// plain value; a few entries, so searched linearly.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gaoler::filter {

// Text, the parts of an F-TUPLE_ (nothing for a part that did not take part), or a set of names
// ("users").
using GroupValue =
    std::variant<std::string, std::vector<std::optional<std::string>>, std::set<std::string>>;

class Groups {
 public:
  using Entry = std::pair<std::string, std::optional<GroupValue>>;

  // The value; nullptr if the name is unknown or did not take part.
  const GroupValue* find(std::string_view name) const;
  // The same if it is a text.
  const std::string* text(std::string_view name) const;
  // Known, took part and is not empty: Python's idea of true.
  bool truthy(std::string_view name) const;

  // Sets or replaces; a replaced entry keeps its place.
  void set(std::string_view name, std::optional<GroupValue> value);
  // Takes the entry out and says whether it was truthy.
  bool pop(std::string_view name);

  // What took part in `other` replaces what is here; `absent_too`: names that did not take part
  // there become known as such. They never hide a value (as fail2ban 1.1.1).
  void merge(const Groups& other, bool absent_too);

  const std::vector<Entry>& entries() const { return entries_; }
  // Those that took part, by name.
  std::map<std::string, GroupValue> captured() const;

  friend bool operator==(const Groups&, const Groups&) = default;

 private:
  std::vector<Entry> entries_;
};

}  // namespace gaoler::filter
