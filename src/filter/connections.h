// Connections: what is known so far of every connection that an F-MLFID names, over the lines that
// mention it.
//
// As fail2ban 1.1: 100 connections for 5 minutes each, the oldest makes room. A line without an
// address is kept until a line of the same connection brings one; lines that are no failure
// (F-NOFAIL, F-MLFGAINED) only add what they know, unless failures wait or several users were
// tried.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "filter/failure.h"

namespace gaoler::filter {

// A match, with what its connection adds to it.
struct Attempt {
  Groups groups;
  std::vector<MatchedLine> lines;  // evidence, older lines of the connection first
  std::vector<MatchedLine>
      silent_lines;      // of lines that were no failure; evidence once there is one
  bool pending = false;  // a failure that still waits for its id

  bool is_failure() const { return !groups.truthy("nofail"); }
};

class Connections {
 public:
  static constexpr size_t kMaxConnections = 100;
  static constexpr base::Seconds kLifetime = 300;
  // Per connection; fail2ban has no bound. The newest lines and the first users are kept.
  static constexpr size_t kMaxLines = 1000;
  static constexpr size_t kMaxUsers = 1000;

  // Adds a match to its connection. The result is owned here and valid until the next call.
  Attempt& merge(std::string_view connection, Groups groups,
                 const std::vector<MatchedLine>& matched, base::UnixTime now);

 private:
  struct Known {
    std::string name;
    Attempt attempt;
    base::UnixTime expires = 0;
  };
  using Order = std::list<Known>;  // oldest first

  Attempt* find(std::string_view connection, base::UnixTime now);
  Attempt& insert(std::string_view connection, Attempt attempt, base::UnixTime now);
  Attempt& forget(std::string_view connection);

  Order order_;
  std::unordered_map<std::string_view, Order::iterator> by_name_;  // views of Known::name
  Attempt passing_;  // of a connection that is not kept
};

}  // namespace gaoler::filter
