// Program: a parsed pattern as instructions for the exact matcher.
//
// Small counted repeats are written out, so that most programs need no counters: then where the
// matcher is (instruction and position) is all there is to know, and no place has to be tried
// twice. Where what follows asks for a group's text, it is the same for the same group
// (Place::registers).
#pragma once

#include <cstdint>
#include <vector>

#include "regex/syntax.h"

namespace gaoler::regex {

struct Instruction {
  static constexpr std::uint32_t kAnything = static_cast<std::uint32_t>(-1);

  enum class Op : std::uint8_t {
    set,          // one character of set a
    anchor,       // anchor, alphabet
    save,         // position into register a
    jump,         // to a
    split,        // to the next instruction; if that fails to a
    split_lazy,   // to a; if that fails to the next instruction
    run,          // min..max characters of set a, as many as possible
    run_lazy,     // as few as possible
    loop_begin,   // counter a: zero
    loop,         // counter a: another round (next instruction) or on to b
    loop_lazy,    // the other way round
    loop_round,   // counter a: a round begins
    look,         // what follows up to `accept` fits here (`behind`: ends here); then on to a
    look_not,     // or does not
    atomic,       // what follows up to `accept`, once; then on to a
    backref,      // the text of group a
    conditional,  // on if group a took part, else to b
    accept,       // done, or the end of a look or atomic
  };

  Op op = Op::accept;
  Anchor anchor = Anchor::text_start;
  Alphabet alphabet = Alphabet::unicode;
  bool ignore_case = false;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t memo = 0;  // split, run: number of this place
  // Sets that the next character must be in, or kAnything: behind a run; of a split's next
  // instruction, and of its a.
  std::uint32_t next_first = kAnything;
  std::uint32_t other_first = kAnything;
  size_t min = 0;  // look, look_not: characters behind
  size_t max = 0;
};

// Where a way may be tried in vain, and what that depends on beside the position.
struct Place {
  static constexpr size_t kMaxRegisters = 3;

  enum class Memory : std::uint8_t {
    position,   // nothing else
    registers,  // the values of these, at most kMaxRegisters
    none,       // counters too, or too much: the same place may be tried again
  };
  Memory memory = Memory::position;
  std::vector<std::uint32_t> registers;
};

struct Program {
  std::vector<Instruction> instructions;
  std::vector<CharLookup> sets;
  std::vector<Place> places;
  size_t group_count = 0;
  // Begin and end of each group, then two per counter: rounds, position of the last.
  size_t registers = 0;
};

Program make_program(const Syntax& syntax);

}  // namespace gaoler::regex
