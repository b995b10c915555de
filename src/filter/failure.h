// Failure: one failed attempt that a filter saw in a log. A value; nothing here looks anything up.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "filter/groups.h"

namespace gaoler::filter {

// A line kept as evidence: what stood before the date, the date text, what stood behind. A line
// without a date that borrowed the date of the line before it has nothing in `before`, that date,
// and all of its own text in `after`.
struct MatchedLine {
  std::string before;
  std::string date;
  std::string after;

  std::string text() const { return before + date + after; }
  // What the regular expressions see.
  std::string undated() const { return before + after; }
  friend bool operator==(const MatchedLine&, const MatchedLine&) = default;
};

struct Failure {
  std::string id;  // what is counted and banned, normalised if it is an address
  bool is_name =
      false;  // id is a DNS name still to be resolved into addresses (never with usedns raw or no)
  bool is_tuple = false;  // id is the text of an F-TUPLE_ID: printed without quotes around it
  std::optional<std::string>
      ip;  // the address when the id is another text (F-ID beside <HOST>); also groups' "ip"
  base::UnixTime time = 0;  // never after LineContext::now when find time is checked
  std::vector<MatchedLine> lines;
  Groups groups;

  // What only tools that explain a filter ask for.
  size_t regex = 0;  // number of the failregex
  bool whole_time =
      false;          // the form of the date has no fraction: Python prints the time without ".0"
  bool dated = true;  // false: no date known at all, time is 0 (only with find time not checked)
  bool pending =
      false;  // no id yet: waits for a line with the same F-MLFID (only if Rules::report_pending)

  friend bool operator==(const Failure&, const Failure&) = default;
};

}  // namespace gaoler::filter
