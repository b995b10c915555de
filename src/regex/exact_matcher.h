// Exact matcher: Python's search, step by step, where Boost.Regex is not enough.
//
// For patterns Boost cannot match as Python does (texts captured inside a look-around or an atomic
// group, which Boost keeps after going back past them) and for lines it gave up on: most programs
// never try one place twice here, so the answer comes in time that grows with pattern x line.
// Immutable; storage belongs to the caller. Bounded as below.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "regex/pattern.h"
#include "regex/program.h"

namespace gaoler::regex {

inline constexpr size_t kMaxExactSteps = 800'000;  // of a search, or of a line's; one is about 8 ns
inline constexpr size_t kMaxExactEntries = 500'000;  // places to go back to, 24 bytes each
inline constexpr size_t kMaxMemoBits = 32 << 20;     // places of pattern x line remembered, 4 MiB

// Words that are zero unless they were set; those that never were cost no memory.
class ZeroWords {
 public:
  size_t size() const { return size_; }
  void grow(size_t size);  // what was set must have been wiped
  std::uint64_t& operator[](size_t at) { return words_.get()[at]; }
  void wipe(size_t first, size_t count);

 private:
  struct Free {
    void operator()(std::uint64_t* words) const;
  };
  std::unique_ptr<std::uint64_t, Free> words_;
  size_t size_ = 0;
};

// What a search needs; kept from one to the next.
struct ExactStorage {
  struct Entry {
    enum class Kind : std::uint32_t { choice, undo, run, run_lazy };
    Kind kind;
    std::uint32_t place;  // instruction, or register
    size_t position;      // or the register's value
    size_t limit;         // run: where it ends; run_lazy: characters so far
  };
  // What was learnt at one place of the program. Of a run also which characters and ends it need
  // not look at again when it begins inside of an earlier one.
  struct Place {
    static constexpr std::uint64_t kNever = static_cast<std::uint64_t>(-1);

    std::uint64_t registers = kNever;       // for which values of them all below holds
    size_t lowest = kNoGroup, highest = 0;  // positions of its memo that may be set
    size_t first = kNoGroup, last = 0;      // [first, last]: tried as its end; lazy: in one walk
    size_t begin = 0, end = 0;              // [begin, end): all of its set

    bool tried(size_t position) const { return first <= position && position <= last; }
    // Forgets the others if it is not beside them.
    void add(size_t position) {
      if (tried(position)) return;
      if (first <= last && position == last + 1) {
        last = position;
      } else {
        if (position + 1 != first) last = position;
        first = position;
      }
    }
  };
  std::vector<Entry> entries;
  std::vector<size_t> registers;
  ZeroWords memo;
  std::vector<Place> places;
  // Taken by the last search, or by all of them: then they have one bound, until it is set to 0.
  size_t steps = 0;
  bool together = false;

  size_t bytes() const {
    return entries.capacity() * sizeof(Entry) + memo.size() * sizeof(std::uint64_t) +
           places.capacity() * sizeof(Place);
  }
};

// Positions in characters.
template <class Char>
Outcome exact_search(const Program& program, std::basic_string_view<Char> text, size_t from,
                     ExactStorage& storage, std::vector<Span>& groups);

extern template Outcome exact_search(const Program&, std::string_view, size_t, ExactStorage&,
                                     std::vector<Span>&);
extern template Outcome exact_search(const Program&, std::wstring_view, size_t, ExactStorage&,
                                     std::vector<Span>&);

}  // namespace gaoler::regex
