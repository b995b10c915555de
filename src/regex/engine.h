// Engine: one compiled Boost.Regex machine for one kind of subject (bytes of ASCII text, or code
// points).
//
// The only place that sees Boost. Immutable after construction and free to share between threads;
// results and the storage of a search belong to the caller. Work and memory of one search have the
// caps below; beyond them the answer is Outcome::gave_up. No exception leaves it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regex/engine_text.h"
#include "regex/pattern.h"

namespace gaoler::regex {

// Steps of the matcher per search, over all starting positions together: so many, and more for each
// character. A step is about 10 ns.
inline constexpr long kMaxSteps = 50'000;
inline constexpr long kMaxStepsPerCharacter = 4;
// Blocks of 4 KiB that remember where to go back to.
inline constexpr long kMaxBacktrackBlocks = 4096;

template <class Char>
class Engine {
 public:
  static base::Result<std::unique_ptr<const Engine>> compile(EngineText text);
  ~Engine();

  class Results {  // kept from search to search: no allocation once warm
   public:
    Results();
    ~Results();

   private:
    friend class Engine;
    struct Storage;
    std::unique_ptr<Storage> storage_;
  };

  // Positions in characters of this engine.
  Outcome search(std::basic_string_view<Char> text, size_t from, Results& results,
                 std::vector<Span>& groups) const;

 private:
  struct Machine;
  explicit Engine(std::unique_ptr<Machine> machine);
  std::unique_ptr<Machine> machine_;
};

extern template class Engine<char>;
extern template class Engine<wchar_t>;

}  // namespace gaoler::regex
