#include "regex/exact_matcher.h"

#include <algorithm>
#include <type_traits>

namespace gaoler::regex {
namespace {

using Entry = ExactStorage::Entry;
using Op = Instruction::Op;

constexpr size_t kNone = kNoGroup;

template <class Char>
class Matcher {
 public:
  Matcher(const Program& program, std::basic_string_view<Char> text, ExactStorage& storage)
      : program_(program), text_(text), storage_(storage) {
    storage_.entries.clear();
    const size_t bits = program.memo_places * (text.size() + 1);
    remember_ = program.memoizable && bits <= kMaxMemoBits;
    storage_.memo.assign(remember_ ? bits / 64 + 1 : 0, 0);
  }

  Outcome search(size_t from, std::vector<Span>& groups);

 private:
  enum class Result { fits, fails, gave_up };

  // Runs from an instruction to `accept`; what is kept in the entries from `base` on is its own.
  Result run(std::uint32_t at, size_t position, bool top);
  bool step(std::uint32_t& at, size_t& position, bool top);
  bool go_back(size_t base, std::uint32_t& at, size_t& position, bool top);

  bool anchor(const Instruction& anchor, size_t position) const;
  bool word_at(size_t position, Alphabet alphabet) const;
  bool backref(const Instruction& backref, size_t& position) const;
  bool run_of_set(const Instruction& run, std::uint32_t& at, size_t& position, bool top);
  bool loop(const Instruction& loop, std::uint32_t& at, size_t position);
  bool inner(const Instruction& inner, std::uint32_t& at, size_t& position);
  bool inner_fits(const Instruction& inner, std::uint32_t at, size_t position);

  bool first_time(const Instruction& place, size_t position, bool top);
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
  bool over_limit() const {
    return steps_ > kMaxExactSteps || storage_.entries.size() > kMaxExactEntries;
  }

  const Program& program_;
  std::basic_string_view<Char> text_;
  ExactStorage& storage_;
  size_t steps_ = 0;
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
    storage_.entries.clear();
    storage_.registers.assign(program_.registers, kNone);
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
    if (program_.instructions[at].op == Op::accept) {
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
  const Instruction& now = program_.instructions[at];
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
      if (!first_time(now, position, top)) return false;
      push(Entry::Kind::choice, now.a, position);
      ++at;
      return true;
    case Op::split_lazy:
      if (!first_time(now, position, top)) return false;
      push(Entry::Kind::choice, at + 1, position);
      at = now.a;
      return true;
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
      case Entry::Kind::run: {
        const Instruction& run = program_.instructions[last.place];
        position = --last.position;
        at = last.place + 1;
        if (last.position == last.limit) entries.pop_back();
        if (first_time(run, position, top)) return true;
        break;
      }
      case Entry::Kind::run_lazy: {
        const Instruction& run = program_.instructions[last.place];
        if (last.limit == run.max || !in_set(run.a, last.position)) {
          entries.pop_back();
          break;
        }
        position = ++last.position;
        ++last.limit;
        at = last.place + 1;
        if (first_time(run, position, top)) return true;
        break;
      }
    }
    if (steps_ > kMaxExactSteps) {
      gave_up_ = true;
      return false;
    }
  }
  return false;
}

template <class Char>
bool Matcher<Char>::first_time(const Instruction& place, size_t position, bool top) {
  if (!remember_ || !top) return true;
  const size_t bit = place.memo * (text_.size() + 1) + position;
  std::uint64_t& word = storage_.memo[bit / 64];
  const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
  if (word & mask) return false;
  word |= mask;
  return true;
}

template <class Char>
bool Matcher<Char>::run_of_set(const Instruction& run, std::uint32_t& at, size_t& position,
                               bool top) {
  const bool lazy = run.op == Op::run_lazy;
  const size_t wanted = lazy ? run.min : run.max;
  const size_t begin = position;
  while (position - begin < wanted && in_set(run.a, position)) ++position;
  const size_t taken = position - begin;
  steps_ += taken / 8;
  if (taken < run.min) return false;
  if (lazy) {
    push(Entry::Kind::run_lazy, at, position, taken);
  } else if (taken > run.min) {
    push(Entry::Kind::run, at, position, begin + run.min);
  }
  ++at;
  return first_time(run, position, top);
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
bool Matcher<Char>::backref(const Instruction& backref, size_t& position) const {
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
