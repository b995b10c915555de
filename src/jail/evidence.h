// Evidence: what is kept of an id's failures until it is banned or forgotten - address and groups
// of the first, lines of the newest - packed into one block of memory.
//
// Thousands of ids are counted at a time, each with some lines and groups: as strings and trees of
// their own they take twice the memory of their text. A value; sizes are in bytes.
#pragma once

#include <cstddef>
#include <vector>

#include "filter/failure.h"
#include "jail/ticket.h"

namespace gaoler::jail {

class Evidence {
 public:
  // Of an id's first failure: without its lines.
  explicit Evidence(const filter::Failure& first);

  void add(const filter::MatchedLine& line);
  // Forgets the lines before the newest `most`. Only if there are any: what is left of the others
  // is their text, all of it in `after`.
  void keep_newest(size_t most);

  // Fills in the address, the groups and the lines.
  void unpack(Ticket& ticket) const;

  size_t size() const { return packed_.size(); }
  size_t size_of_lines() const { return packed_.size() - lines_begin_; }

 private:
  std::vector<char> packed_;  // address, groups, lines
  size_t lines_begin_ = 0;
  size_t line_count_ = 0;
};

}  // namespace gaoler::jail
