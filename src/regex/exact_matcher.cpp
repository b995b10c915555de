#include "regex/exact_matcher.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace gaoler::regex {
namespace {

using Entry = ExactStorage::Entry;
using Op = Instruction::Op;

constexpr size_t kNone = kNoGroup;
constexpr size_t kCharactersPerStep = 8;  // of a run
constexpr size_t kWordsPerStep = 16;      // of a memory that is wiped
constexpr size_t kRegisterBits = 21;      // Place::kMaxRegisters of them in a word
constexpr std::uint64_t kRegisterMask = (std::uint64_t{1} << kRegisterBits) - 1;

template <class Char>
class Matcher {
 public:
  Matcher(const Program& program, std::basic_string_view<Char> text, ExactStorage& storage)
      : program_(program),
        code_(program.instructions.data()),
        places_(program.places.data()),
        text_(text),
        storage_(storage),
        steps_(storage.together ? storage.steps : 0),
        words_(text.size() / 64 + 1) {
    storage_.entries.clear();
    const size_t words = program.places.size() * words_;
    remember_ = words <= kMaxMemoBits / 64 && text.size() < kRegisterMask;
    if (remember_) storage_.memo.grow(words);
    storage_.places.assign(program.places.size(), {});
    storage_.registers.assign(program.registers, kNone);  // as a failed attempt leaves them
  }

  ~Matcher() {
    storage_.steps = steps_;
    for (size_t at = 0; at < storage_.places.size(); ++at) wipe(at);
  }
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  Outcome search(size_t from, std::vector<Span>& groups);

 private:
  enum class Result { fits, fails, gave_up };

  // Runs from an instruction to `accept`; what is kept in the entries from `base` on is its own.
  Result run(std::uint32_t at, size_t position, bool top);
  bool step(std::uint32_t& at, size_t& position, bool top);
  bool go_back(size_t base, std::uint32_t& at, size_t& position, bool top);

  bool anchor(const Instruction& anchor, size_t position) const;
  bool word_at(size_t position, Alphabet alphabet) const;
  bool backref(const Instruction& backref, size_t& position);
  bool split(const Instruction& split, std::uint32_t& at, size_t position, bool top);
  bool run_of_set(const Instruction& run, std::uint32_t& at, size_t& position, bool top);
  bool loop(const Instruction& loop, std::uint32_t& at, size_t position);
  bool inner(const Instruction& inner, std::uint32_t& at, size_t& position);
  bool inner_fits(const Instruction& inner, std::uint32_t at, size_t position);

  size_t end_of_run(const Instruction& run, size_t begin, size_t wanted);
  bool go_back_in_run(std::uint32_t& at, size_t& position, bool top);
  bool go_on_in_run(std::uint32_t& at, size_t& position, bool top);

  void push(Entry::Kind kind, std::uint32_t place, size_t position, size_t limit = 0) {
    storage_.entries.push_back({kind, place, position, limit});
  }
  void set_register(std::uint32_t number, size_t value) {
    push(Entry::Kind::undo, number, storage_.registers[number]);
    storage_.registers[number] = value;
  }
  char32_t character(size_t position) const {
    return static_cast<std::make_unsigned_t<Char>>(text_[position]);
  }
  bool in_set(std::uint32_t set, size_t position) const {
    return position < text_.size() && program_.sets[set].contains(character(position));
  }
  // Whether a way that begins with one of a set can begin here.
  bool may_begin(std::uint32_t first, size_t position) const {
    return first == Instruction::kAnything || in_set(first, position);
  }
  // What was learnt at a place, if that is remembered there: not inside of a look-around or an
  // atomic group, nor where counters count.
  ExactStorage::Place* memory(const Instruction& at, bool top) {
    if (!remember_ || !top) return nullptr;
    const Place::Memory kind = places_[at.memo].memory;
    if (kind == Place::Memory::position) return &storage_.places[at.memo];
    return kind == Place::Memory::registers ? memory_for_registers(at) : nullptr;
  }
  ExactStorage::Place* memory_for_registers(const Instruction& at);
  // The words it took.
  size_t wipe(size_t memo) {
    const ExactStorage::Place& known = storage_.places[memo];
    if (known.lowest > known.highest) return 0;
    const size_t first = known.lowest / 64, words = known.highest / 64 - first + 1;
    storage_.memo.wipe(memo * words_ + first, words);
    return words;
  }
  // Whether a place is tried here for the first time, as far as it remembers.
  bool first_time(const Instruction& at, ExactStorage::Place* memory, size_t position) {
    if (memory == nullptr) return true;
    memory->lowest = std::min(memory->lowest, position);
    memory->highest = std::max(memory->highest, position);
    std::uint64_t& word = storage_.memo[at.memo * words_ + position / 64];
    const std::uint64_t mask = std::uint64_t{1} << (position % 64);
    return (std::exchange(word, word | mask) & mask) == 0;
  }
  bool over_limit() const {
    return steps_ > kMaxExactSteps || storage_.entries.size() > kMaxExactEntries;
  }

  const Program& program_;
  const Instruction* code_;  // of the program
  const Place* places_;
  std::basic_string_view<Char> text_;
  ExactStorage& storage_;
  size_t steps_;
  size_t words_;    // of the memo for each place
  size_t end_ = 0;  // of the last run that fitted
  bool remember_ = false;
  bool gave_up_ = false;
};

template <class Char>
Outcome Matcher<Char>::search(size_t from, std::vector<Span>& groups) {
  const Instruction& first = program_.instructions.front();
  const bool only_at_start = first.op == Op::anchor && first.anchor == Anchor::text_start;
  for (size_t start = from; start <= text_.size(); ++start) {
    if (only_at_start && start > 0) break;
    const Result result = run(0, start, true);
    if (result == Result::gave_up) return Outcome::gave_up;
    if (result == Result::fails) continue;
    groups.clear();
    groups.push_back({start, end_});
    return Outcome::matched;
  }
  return Outcome::no_match;
}

template <class Char>
typename Matcher<Char>::Result Matcher<Char>::run(std::uint32_t at, size_t position, bool top) {
  const size_t base = storage_.entries.size();
  while (true) {
    if (over_limit()) gave_up_ = true;
    if (gave_up_) return Result::gave_up;
    if (code_[at].op == Op::accept) {
      end_ = position;
      return Result::fits;
    }
    ++steps_;
    if (!step(at, position, top) && !go_back(base, at, position, top)) {
      return gave_up_ ? Result::gave_up : Result::fails;
    }
  }
}

template <class Char>
bool Matcher<Char>::step(std::uint32_t& at, size_t& position, bool top) {
  const Instruction& now = code_[at];
  switch (now.op) {
    case Op::set:
      if (!in_set(now.a, position)) return false;
      ++position;
      ++at;
      return true;
    case Op::anchor:
      ++at;
      return anchor(now, position);
    case Op::save:
      set_register(now.a, position);
      ++at;
      return true;
    case Op::jump:
      at = now.a;
      return true;
    case Op::split:
    case Op::split_lazy:
      return split(now, at, position, top);
    case Op::run:
    case Op::run_lazy:
      return run_of_set(now, at, position, top);
    case Op::loop_begin:
      set_register(now.a, 0);
      set_register(now.a + 1, kNone);
      ++at;
      return true;
    case Op::loop:
    case Op::loop_lazy:
      return loop(now, at, position);
    case Op::loop_round:
      // As Python: the rounds that must be are not compared with each other.
      if (storage_.registers[now.a] >= now.min) set_register(now.a + 1, position);
      set_register(now.a, storage_.registers[now.a] + 1);
      ++at;
      return true;
    case Op::look:
    case Op::look_not:
    case Op::atomic:
      return inner(now, at, position);
    case Op::backref:
      ++at;
      return backref(now, position);
    case Op::conditional:
      at = storage_.registers[2 * now.a + 1] != kNone ? at + 1 : now.b;
      return true;
    case Op::accept:
      return true;
  }
  return false;
}

// Back to the last place with a choice, everything in between undone.
template <class Char>
bool Matcher<Char>::go_back(size_t base, std::uint32_t& at, size_t& position, bool top) {
  std::vector<Entry>& entries = storage_.entries;
  while (entries.size() > base) {
    Entry& last = entries.back();
    ++steps_;
    switch (last.kind) {
      case Entry::Kind::undo:
        storage_.registers[last.place] = last.position;
        entries.pop_back();
        break;
      case Entry::Kind::choice:
        at = last.place;
        position = last.position;
        entries.pop_back();
        return true;
      case Entry::Kind::run:
        if (go_back_in_run(at, position, top)) return true;
        break;
      case Entry::Kind::run_lazy:
        if (go_on_in_run(at, position, top)) return true;
        break;
    }
    if (steps_ > kMaxExactSteps) {
      gave_up_ = true;
      return false;
    }
  }
  return false;
}

template <class Char>
bool Matcher<Char>::split(const Instruction& split, std::uint32_t& at, size_t position, bool top) {
  if (!first_time(split, memory(split, top), position)) return false;
  const bool next = may_begin(split.next_first, position);
  const bool other = may_begin(split.other_first, position);
  const bool lazy = split.op == Op::split_lazy;
  if (next && other) push(Entry::Kind::choice, lazy ? at + 1 : split.a, position);
  at = next && !(other && lazy) ? at + 1 : split.a;
  return next || other;
}

// The last entry is a run: on with one character less, or the entry goes.
template <class Char>
bool Matcher<Char>::go_back_in_run(std::uint32_t& at, size_t& position, bool top) {
  Entry& entry = storage_.entries.back();
  const Instruction& run = code_[entry.place];
  ExactStorage::Place* known = memory(run, top);
  at = entry.place + 1;
  position = entry.position - 1;
  if (known != nullptr && known->tried(position)) {
    if (known->first <= entry.limit) {
      storage_.entries.pop_back();
      return false;
    }
    position = known->first - 1;
  }
  const size_t begin = position;
  while (position > entry.limit && !may_begin(run.next_first, position)) --position;
  steps_ += (begin - position) / kCharactersPerStep;
  entry.position = position;
  if (position == entry.limit) storage_.entries.pop_back();
  if (known == nullptr) return true;
  known->add(begin);
  known->first = std::min(known->first, position);
  return first_time(run, known, position);
}

// The last entry is a lazy run: on with one character more, or the entry goes.
template <class Char>
bool Matcher<Char>::go_on_in_run(std::uint32_t& at, size_t& position, bool top) {
  Entry& entry = storage_.entries.back();
  const Instruction& run = code_[entry.place];
  ExactStorage::Place* known = memory(run, top);
  const size_t begin = entry.position;
  const size_t end = begin + std::min(run.max - entry.limit, text_.size() - begin);
  size_t read = 0;
  bool found = false;
  for (position = begin; !found; ++read) {
    if (known != nullptr && known->tried(position)) position = std::min(end, known->last);
    if (position == end || !in_set(run.a, position)) break;
    found = may_begin(run.next_first, ++position);
  }
  steps_ += read / kCharactersPerStep;
  entry.limit += position - begin;
  entry.position = position;
  if (!found) {
    if (known != nullptr) {
      known->first = position - entry.limit + run.min;
      known->last = position;
    }
    storage_.entries.pop_back();
    return false;
  }
  at = entry.place + 1;
  return first_time(run, known, position);
}

// What was learnt at a place that depends on registers; for other values than now it is forgotten.
template <class Char>
ExactStorage::Place* Matcher<Char>::memory_for_registers(const Instruction& at) {
  std::uint64_t values = 0;
  for (const std::uint32_t number : program_.places[at.memo].registers) {
    values = values << kRegisterBits | (storage_.registers[number] & kRegisterMask);
  }
  ExactStorage::Place& known = storage_.places[at.memo];
  if (known.registers == values) return &known;
  steps_ += wipe(at.memo) / kWordsPerStep;
  known = ExactStorage::Place{.registers = values};
  return &known;
}

// How far the set goes from `begin` on, at most `wanted` characters.
template <class Char>
size_t Matcher<Char>::end_of_run(const Instruction& run, size_t begin, size_t wanted) {
  ExactStorage::Place& known = storage_.places[run.memo];
  const bool inside = known.begin <= begin && begin <= known.end;
  size_t end = inside ? known.end : begin;
  size_t read = 0;
  for (; end - begin < wanted && in_set(run.a, end); ++read) {
    if (++end == known.begin) end = known.end;
  }
  steps_ += read / kCharactersPerStep;
  if (!inside) known.begin = begin;
  known.end = end;
  return end - begin < wanted ? end : begin + wanted;
}

template <class Char>
bool Matcher<Char>::run_of_set(const Instruction& run, std::uint32_t& at, size_t& position,
                               bool top) {
  const bool lazy = run.op == Op::run_lazy;
  const size_t begin = position;
  position = end_of_run(run, begin, lazy ? run.min : run.max);
  const size_t taken = position - begin;
  if (taken < run.min) return false;
  ExactStorage::Place* known = memory(run, top);
  if (lazy) {
    push(Entry::Kind::run_lazy, at, position, taken);
  } else {
    if (taken > run.min) push(Entry::Kind::run, at, position, begin + run.min);
    if (known != nullptr) known->add(position);
  }
  ++at;
  return first_time(run, known, position);
}

template <class Char>
bool Matcher<Char>::loop(const Instruction& loop, std::uint32_t& at, size_t position) {
  const size_t rounds = storage_.registers[loop.a];
  const std::uint32_t round = at + 1;
  if (rounds < loop.min) {
    at = round;
    return true;
  }
  const bool another = rounds < loop.max && position != storage_.registers[loop.a + 1];
  const bool lazy = loop.op == Op::loop_lazy;
  if (another) push(Entry::Kind::choice, lazy ? round : loop.b, position);
  at = another && !lazy ? round : loop.b;
  return true;
}

template <class Char>
bool Matcher<Char>::inner(const Instruction& inner, std::uint32_t& at, size_t& position) {
  const size_t base = storage_.entries.size();
  const bool fits = inner_fits(inner, at, position);
  if (gave_up_) return false;
  std::vector<Entry>& entries = storage_.entries;
  if (!fits || inner.op == Op::look_not) {
    for (; entries.size() > base; entries.pop_back()) {  // nothing it captured stays
      if (entries.back().kind != Entry::Kind::undo) continue;
      storage_.registers[entries.back().place] = entries.back().position;
    }
  } else {
    // Its choices are gone for good; what it captured is undone when we go back past it.
    entries.erase(std::remove_if(entries.begin() + static_cast<std::ptrdiff_t>(base), entries.end(),
                                 [](const Entry& e) { return e.kind != Entry::Kind::undo; }),
                  entries.end());
  }
  if (fits == (inner.op == Op::look_not)) return false;
  if (inner.op == Op::atomic) position = end_;
  at = inner.a;
  return true;
}

template <class Char>
bool Matcher<Char>::inner_fits(const Instruction& inner, std::uint32_t at, size_t position) {
  if (inner.op != Op::atomic && inner.min > position) return false;
  const size_t begin = inner.op == Op::atomic ? position : position - inner.min;
  return run(at + 1, begin, false) == Result::fits;
}

template <class Char>
bool Matcher<Char>::backref(const Instruction& backref, size_t& position) {
  const size_t begin = storage_.registers[2 * backref.a];
  const size_t end = storage_.registers[2 * backref.a + 1];
  if (end == kNone || begin == kNone || end < begin) return false;
  if (text_.size() - position < end - begin) return false;
  for (size_t i = begin; i < end; ++i, ++position) {
    char32_t here = character(position);
    char32_t there = character(i);
    if (backref.ignore_case) {
      here = lower(here, backref.alphabet);
      there = lower(there, backref.alphabet);
    }
    if (here != there) return false;
    if (i % kCharactersPerStep == 0) ++steps_;
  }
  return true;
}

template <class Char>
bool Matcher<Char>::word_at(size_t position, Alphabet alphabet) const {
  if (position >= text_.size()) return false;  // also one before the start
  const char32_t c = character(position);
  if (c < 0x80) return (c | 32) - U'a' < 26 || c - U'0' < 10 || c == U'_';
  return word_characters(alphabet).contains(c);
}

template <class Char>
bool Matcher<Char>::anchor(const Instruction& anchor, size_t position) const {
  const size_t size = text_.size();
  const auto newline_at = [&](size_t i) { return text_[i] == static_cast<Char>('\n'); };
  switch (anchor.anchor) {
    case Anchor::text_start:
      return position == 0;
    case Anchor::text_end:
      return position == size;
    case Anchor::text_end_or_final_newline:
      return position == size || (position + 1 == size && newline_at(position));
    case Anchor::line_start:
      return position == 0 || newline_at(position - 1);
    case Anchor::line_end:
      return position == size || newline_at(position);
    case Anchor::word_boundary:
    case Anchor::not_word_boundary: {
      if (size == 0) return false;
      const bool boundary =
          word_at(position - 1, anchor.alphabet) != word_at(position, anchor.alphabet);
      return boundary == (anchor.anchor == Anchor::word_boundary);
    }
  }
  return false;
}

}  // namespace

void ZeroWords::Free::operator()(std::uint64_t* words) const {
  std::free(words);
}

// New memory of this size comes from the kernel: pages are made when they are touched.
void ZeroWords::grow(size_t size) {
  if (size <= size_) return;
  words_.reset();
  size_ = 0;
  words_.reset(static_cast<std::uint64_t*>(std::calloc(size, sizeof(std::uint64_t))));
  if (words_ == nullptr) throw std::bad_alloc();
  size_ = size;
}

void ZeroWords::wipe(size_t first, size_t count) {
  std::fill_n(words_.get() + first, count, 0);
}

template <class Char>
Outcome exact_search(const Program& program, std::basic_string_view<Char> text, size_t from,
                     ExactStorage& storage, std::vector<Span>& groups) {
  const Outcome outcome = Matcher<Char>(program, text, storage).search(from, groups);
  if (outcome != Outcome::matched) return outcome;
  groups.resize(program.group_count + 1);
  for (size_t group = 1; group < groups.size(); ++group) {
    const Span span{storage.registers[2 * group], storage.registers[2 * group + 1]};
    groups[group] = span.begin == kNone || span.end == kNone ? Span{} : span;
  }
  return outcome;
}

template Outcome exact_search(const Program&, std::string_view, size_t, ExactStorage&,
                              std::vector<Span>&);
template Outcome exact_search(const Program&, std::wstring_view, size_t, ExactStorage&,
                              std::vector<Span>&);

}  // namespace gaoler::regex
