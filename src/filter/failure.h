// Failure: one failed attempt that a filter saw in a log.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"

namespace gaoler::filter {

// A line kept as evidence: what stood before the date, the date text, what stood behind. A line
// without a date has everything in `before`... see filter.h for how an undated line borrows the
// date of the one before it.
struct MatchedLine {
  std::string before;
  std::string date;
  std::string after;

  std::string text() const { return before + date + after; }
};

// A captured value: text, the parts of an F-TUPLE_ (nothing for a part that did not take part), or
// a set of names.
using GroupValue =
    std::variant<std::string, std::vector<std::optional<std::string>>, std::set<std::string>>;

struct Failure {
  std::string id;                 // what is counted and banned, normalised if it is an address
  bool is_name = false;           // id is a DNS name still to be resolved into addresses
  std::optional<std::string> ip;  // the address when the id is another text (F-ID beside <HOST>)
  base::UnixTime time = 0;
  std::vector<MatchedLine> lines;
  std::map<std::string, GroupValue>
      groups;  // captured groups by name; those that did not take part are absent
};

}  // namespace gaoler::filter
