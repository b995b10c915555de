#include "regex/live_registers.h"

#include <algorithm>

namespace gaoler::regex {
namespace {

using Op = Instruction::Op;
using Set = std::vector<std::uint32_t>;  // of registers, sorted

void add(Set& set, std::uint32_t item) {
  const auto at = std::lower_bound(set.begin(), set.end(), item);
  if (at == set.end() || *at != item) set.insert(at, item);
}

void add(Set& set, const Set& others) {
  for (const std::uint32_t other : others) add(set, other);
}

// What is live in front of an instruction, given what is behind those that may be next.
class Analysis {
 public:
  explicit Analysis(const Program& program)
      : program_(program), live_(program.instructions.size() + 1) {}

  std::vector<Set> run() {
    while (std::exchange(changed_, false)) {
      for (size_t at = program_.instructions.size(); at-- > 0;) update(at);
    }
    return std::move(live_);
  }

 private:
  void update(size_t at) {
    Set now = before(program_.instructions[at], at);
    if (now == live_[at]) return;
    live_[at] = std::move(now);
    changed_ = true;
  }

  Set before(const Instruction& now, size_t at) const {
    Set live = live_[at + 1];
    switch (now.op) {
      case Op::accept:
        return {};
      case Op::jump:
        return live_[now.a];
      case Op::split:
      case Op::split_lazy:
      case Op::look:
      case Op::look_not:
      case Op::atomic:
        add(live, live_[now.a]);
        return live;
      case Op::save:
        live.erase(std::remove(live.begin(), live.end(), now.a), live.end());
        return live;
      case Op::backref:
        add(live, static_cast<std::uint32_t>(2 * now.a));
        add(live, static_cast<std::uint32_t>(2 * now.a + 1));
        return live;
      case Op::conditional:
        add(live, live_[now.b]);
        add(live, static_cast<std::uint32_t>(2 * now.a + 1));
        return live;
      case Op::loop:
      case Op::loop_lazy:
        add(live, live_[now.b]);
        add(live, now.a);
        add(live, now.a + 1);
        return live;
      case Op::loop_begin:
        live.erase(std::remove_if(live.begin(), live.end(),
                                  [&](auto r) { return r == now.a || r == now.a + 1; }),
                   live.end());
        return live;
      default:
        return live;
    }
  }

  const Program& program_;
  std::vector<Set> live_;
  bool changed_ = true;
};

bool asks_registers(const Instruction& now) {
  return now.op == Op::backref || now.op == Op::conditional || now.op == Op::loop_begin;
}

}  // namespace

void find_live_registers(Program& program) {
  const auto& instructions = program.instructions;
  if (std::none_of(instructions.begin(), instructions.end(), asks_registers)) return;
  const std::vector<Set> live = Analysis(program).run();
  const size_t first_counter = 2 * (program.group_count + 1);
  for (size_t at = 0; at < instructions.size(); ++at) {
    const Op op = instructions[at].op;
    if (op != Op::split && op != Op::split_lazy && op != Op::run && op != Op::run_lazy) continue;
    Place& place = program.places[instructions[at].memo];
    if (live[at].empty()) continue;
    const bool in_loop = live[at].back() >= first_counter;
    if (in_loop || live[at].size() > Place::kMaxRegisters) {
      place.memory = Place::Memory::none;
    } else {
      place.memory = Place::Memory::registers;
      place.registers = live[at];
    }
  }
}

}  // namespace gaoler::regex
