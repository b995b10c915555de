// IgnoreSet: addresses and networks to ignore, as many as a blocklist has.
//
// Single addresses in one set, networks grouped by their length, so that a check costs one look-up
// per length in use. A candidate is cut to the entry's length before it is compared, so a banned
// network wider than the entry is ignored too if its base lies inside: fail2ban's rule. A value.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/ip.h"

namespace gaoler::jail {

class IgnoreSet {
 public:
  // Entries beyond it are refused: about 100 MB of memory.
  static constexpr size_t kMaxEntries = 1'000'000;

  // The text of a `file:` set: words separated by blanks, newlines and commas; "#" and ";" begin a
  // comment. Words that are no addresses are skipped and counted.
  struct Parsed;
  static Parsed parse(std::string_view text);

  bool add(const base::Network& network);  // false: there already, or full
  bool remove(const base::Network& network);
  bool contains(const base::Network& network) const;  // as an entry
  bool covers(const base::Network& candidate) const;
  size_t size() const { return size_; }

 private:
  size_t size_ = 0;
  std::set<base::Network> singles_;
  std::map<std::pair<base::Family, int>, std::set<base::Network>> networks_;
};

struct IgnoreSet::Parsed {
  IgnoreSet set;
  size_t skipped = 0;
};

}  // namespace gaoler::jail
