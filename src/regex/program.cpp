#include "regex/program.h"

#include <algorithm>

#include "regex/live_registers.h"

namespace gaoler::regex {
namespace {

using Op = Instruction::Op;

constexpr size_t kMaxCopies = 16;          // of a repeated part that is written out
constexpr size_t kMaxInstructions = 8000;  // beyond, nothing is written out any more
constexpr size_t kMaxFirstPlaces = 100;    // looked at to know what a way can begin with

class Compiler {
 public:
  explicit Compiler(const Syntax& syntax) {
    out_.group_count = syntax.group_count;
    out_.registers = 2 * (syntax.group_count + 1);
  }

  Program compile(const Syntax& syntax) {
    node(syntax.root);
    emit(Op::accept);
    find_firsts();
    find_live_registers(out_);
    return std::move(out_);
  }

 private:
  Instruction& emit(Op op) {
    out_.instructions.emplace_back();
    out_.instructions.back().op = op;
    return out_.instructions.back();
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(out_.instructions.size()); }
  std::uint32_t place() {
    out_.places.emplace_back();
    return static_cast<std::uint32_t>(out_.places.size() - 1);
  }
  std::uint32_t set_of(const Node& node);
  std::uint32_t number_of(const CharSet& set);

  void node(const Node& node);
  void branch(const Node& node);
  void repeat(const Node& node);
  void copies(const Node& node);
  void counted(const Node& node);
  void inside(Op op, const Node& node);
  void conditional(const Node& node);

  void find_firsts();
  std::uint32_t first_of(std::uint32_t at);

  Program out_;
  std::vector<CharSet> known_sets_;
};

std::uint32_t Compiler::set_of(const Node& node) {
  return number_of(node.set ? *node.set : CharSet(node.character));
}

std::uint32_t Compiler::number_of(const CharSet& set) {
  const auto found = std::find(known_sets_.begin(), known_sets_.end(), set);
  const auto index = found - known_sets_.begin();
  if (found == known_sets_.end()) {
    known_sets_.push_back(set);
    out_.sets.emplace_back(set);
  }
  return static_cast<std::uint32_t>(index);
}

void Compiler::node(const Node& node) {
  switch (node.kind) {
    case Node::Kind::literal:
    case Node::Kind::set: {
      const std::uint32_t set = set_of(node);
      emit(Op::set).a = set;
      return;
    }
    case Node::Kind::anchor: {
      Instruction& anchor = emit(Op::anchor);
      anchor.anchor = node.anchor;
      anchor.alphabet = node.alphabet;
      return;
    }
    case Node::Kind::sequence:
      for (const Node& child : node.children) this->node(child);
      return;
    case Node::Kind::branch:
      return branch(node);
    case Node::Kind::repeat:
      return repeat(node);
    case Node::Kind::group:
      emit(Op::save).a = static_cast<std::uint32_t>(2 * node.group);
      this->node(node.children[0]);
      emit(Op::save).a = static_cast<std::uint32_t>(2 * node.group + 1);
      return;
    case Node::Kind::atomic:
      return inside(Op::atomic, node.children[0]);
    case Node::Kind::look: {
      const std::uint32_t at = here();
      inside(node.negative ? Op::look_not : Op::look, node.children[0]);
      out_.instructions[at].min = node.behind ? node.min : 0;
      return;
    }
    case Node::Kind::backref: {
      Instruction& backref = emit(Op::backref);
      backref.a = static_cast<std::uint32_t>(node.group);
      backref.ignore_case = node.ignore_case;
      backref.alphabet = node.alphabet;
      return;
    }
    case Node::Kind::conditional:
      return conditional(node);
  }
}

void Compiler::branch(const Node& node) {
  std::vector<std::uint32_t> ends;
  for (size_t i = 0; i < node.children.size(); ++i) {
    const bool last = i + 1 == node.children.size();
    const std::uint32_t split = here();
    if (!last) emit(Op::split).memo = place();
    this->node(node.children[i]);
    if (last) break;
    ends.push_back(here());
    emit(Op::jump);
    out_.instructions[split].a = here();
  }
  for (const std::uint32_t end : ends) out_.instructions[end].a = here();
}

void Compiler::inside(Op op, const Node& node) {
  const std::uint32_t at = here();
  emit(op);
  this->node(node);
  emit(Op::accept);
  out_.instructions[at].a = here();
}

void Compiler::conditional(const Node& node) {
  const std::uint32_t at = here();
  emit(Op::conditional).a = static_cast<std::uint32_t>(node.group);
  this->node(node.children[0]);
  const std::uint32_t end = here();
  emit(Op::jump);
  out_.instructions[at].b = here();
  this->node(node.children[1]);
  out_.instructions[end].a = here();
}

void Compiler::repeat(const Node& node) {
  if (node.greed == Greed::possessive) {
    Node greedy = node;
    greedy.greed = Greed::greedy;
    return inside(Op::atomic, greedy);
  }
  const Node& child = node.children[0];
  if (child.single_character()) {
    const std::uint32_t set = set_of(child);
    Instruction& run = emit(node.greed == Greed::lazy ? Op::run_lazy : Op::run);
    run.a = set;
    run.memo = place();
    run.min = node.min;
    run.max = node.max;
    return;
  }
  const size_t written = node.max == kUnlimited ? node.min : node.max;
  const bool few = written <= kMaxCopies && out_.instructions.size() < kMaxInstructions;
  // A second round may not follow an empty one: where there can be both, rounds must be told apart.
  few && (node.max == 1 || !can_be_empty(child)) ? copies(node) : counted(node);
}

// x{2,4} is xx(?:x(?:x)?)?, x{2,} is xxx*.
void Compiler::copies(const Node& node) {
  const Node& child = node.children[0];
  const Op split = node.greed == Greed::lazy ? Op::split_lazy : Op::split;
  for (size_t i = 0; i < node.min; ++i) this->node(child);
  if (node.max == kUnlimited) {
    const std::uint32_t at = here();
    emit(split).memo = place();
    this->node(child);
    emit(Op::jump).a = at;
    out_.instructions[at].a = here();
    return;
  }
  std::vector<std::uint32_t> splits;
  for (size_t i = node.min; i < node.max; ++i) {
    splits.push_back(here());
    emit(split).memo = place();
    this->node(child);
  }
  for (const std::uint32_t at : splits) out_.instructions[at].a = here();
}

void Compiler::counted(const Node& node) {
  const auto counter = static_cast<std::uint32_t>(out_.registers);
  out_.registers += 2;
  emit(Op::loop_begin).a = counter;
  const std::uint32_t at = here();
  for (const Op op : {node.greed == Greed::lazy ? Op::loop_lazy : Op::loop, Op::loop_round}) {
    Instruction& loop = emit(op);
    loop.a = counter;
    loop.min = node.min;
    loop.max = node.max;
  }
  this->node(node.children[0]);
  emit(Op::jump).a = at;
  out_.instructions[at].b = here();
}

void Compiler::find_firsts() {
  for (std::uint32_t at = 0; at < here(); ++at) {
    const Op op = out_.instructions[at].op;
    const bool split = op == Op::split || op == Op::split_lazy;
    if (!split && op != Op::run && op != Op::run_lazy) continue;
    out_.instructions[at].next_first = first_of(at + 1);
    if (split) out_.instructions[at].other_first = first_of(out_.instructions[at].a);
  }
}

// What a way from here on begins with. Anything, if it may end without a character or it is not
// worth the search.
std::uint32_t Compiler::first_of(std::uint32_t at) {
  std::vector<std::uint32_t> open{at};
  std::vector<CharSet::Range> ranges;
  for (size_t next = 0; next < open.size(); ++next) {
    const auto go_to = [&](std::uint32_t place) {
      if (std::find(open.begin(), open.end(), place) == open.end()) open.push_back(place);
    };
    const std::uint32_t here = open[next];
    const Instruction& now = out_.instructions[here];
    switch (now.op) {
      case Op::set:
      case Op::run:
      case Op::run_lazy: {
        const auto& set = known_sets_[now.a].ranges();
        ranges.insert(ranges.end(), set.begin(), set.end());
        if (now.op != Op::set && now.min == 0) go_to(here + 1);
        break;
      }
      case Op::split:
      case Op::split_lazy:
        go_to(here + 1);
        go_to(now.a);
        break;
      case Op::save:
        go_to(here + 1);
        break;
      case Op::jump:
      case Op::look:
      case Op::look_not:
        go_to(now.a);
        break;
      default:
        return Instruction::kAnything;
    }
    if (open.size() > kMaxFirstPlaces) return Instruction::kAnything;
  }
  return number_of(CharSet::of(std::move(ranges)));
}

}  // namespace

Program make_program(const Syntax& syntax) {
  return Compiler(syntax).compile(syntax);
}

}  // namespace gaoler::regex
