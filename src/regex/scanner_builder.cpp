#include <algorithm>

#include "regex/scanner.h"

namespace gaoler::regex {
namespace {

constexpr size_t kMaxUnrolled = 16;  // copies of a repeated group

// The number of characters a look-behind goes back; nothing if it may vary.
std::optional<size_t> fixed_width(const Node& node) {
  switch (node.kind) {
    case Node::Kind::literal:
    case Node::Kind::set:
      return 1;
    case Node::Kind::anchor:
    case Node::Kind::look:
      return 0;
    case Node::Kind::sequence: {
      size_t sum = 0;
      for (const Node& child : node.children) {
        const std::optional<size_t> width = fixed_width(child);
        if (!width) return std::nullopt;
        sum += *width;
      }
      return sum;
    }
    case Node::Kind::group:
      return fixed_width(node.children[0]);
    case Node::Kind::repeat: {
      const std::optional<size_t> width = fixed_width(node.children[0]);
      return width && node.min == node.max ? std::optional(*width * node.min) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

// Written from the end to the beginning: each node is told what comes behind it.
class Scanner::Builder {
 public:
  explicit Builder(Scanner& made) : made_(made) {}

  bool build(const Syntax& syntax) {
    made_.group_count_ = syntax.group_count;
    if (syntax.group_count > kMaxScannerGroups) return false;
    made_.start_ = node(syntax.root, add({}));
    if (failed_) return false;
    for (Step& step : made_.steps_) {
      if (step.op == Op::repeat || step.op == Op::repeat_few) {
        if (ends_by_itself(step)) step.op = Op::repeat_all;
      } else if (step.op == Op::split) {
        step.set = static_cast<uint32_t>(made_.ways_.size());
        made_.ways_.push_back({first_of(step.next).bytes, first_of(step.other).bytes});
      }
    }
    const First first = first_of(made_.start_);
    made_.first_bytes_ = first.bytes;
    made_.may_be_empty_ = first.may_be_empty;
    made_.only_at_start_ = is_bound_to_start(made_.start_);
    return true;
  }

 private:
  uint32_t give_up() {
    failed_ = true;
    return 0;
  }

  uint32_t add(Step step) {
    if (made_.steps_.size() == kMaxScannerSize) return give_up();
    made_.steps_.push_back(step);
    return static_cast<uint32_t>(made_.steps_.size() - 1);
  }

  uint32_t add(Op op, uint32_t next) {
    Step step;
    step.op = op;
    step.next = next;
    return add(step);
  }

  uint32_t split(uint32_t first, uint32_t second) {
    Step step;
    step.op = Op::split;
    step.next = first;
    step.other = second;
    return add(step);
  }

  uint32_t node(const Node& n, uint32_t next) {
    if (failed_) return 0;
    switch (n.kind) {
      case Node::Kind::literal:
      case Node::Kind::set:
        return character(n, next);
      case Node::Kind::anchor:
        return anchor(n, next);
      case Node::Kind::sequence:
        for (size_t i = n.children.size(); i-- > 0;) next = node(n.children[i], next);
        return next;
      case Node::Kind::branch:
        return branch(n, next);
      case Node::Kind::repeat:
        return repeat(n, next);
      case Node::Kind::group:
        return mark(Op::open, n.group, node(n.children[0], mark(Op::close, n.group, next)));
      case Node::Kind::look:
        return look(n, next);
      case Node::Kind::backref:
        if (n.alphabet != Alphabet::unicode) return give_up();
        return mark(n.ignore_case ? Op::alike_text : Op::same_text, n.group, next);
      case Node::Kind::atomic:
      case Node::Kind::conditional:
        return give_up();
    }
    return give_up();
  }

  uint32_t character(const Node& n, uint32_t next) {
    Step step;
    step.next = next;
    if (n.set || n.character >= 0x80) {
      step.op = Op::set;
      step.set = set(n);
    } else {
      step.op = Op::byte;
      step.byte = static_cast<uint8_t>(n.character);
    }
    return add(step);
  }

  uint32_t set(const Node& n) {
    Set made;
    made.all = n.set ? n.set : std::make_shared<CharSet>(n.character);
    for (const auto& range : made.all->ranges()) {
      for (char32_t c = range.first; c <= range.last && c < 0x80; ++c) made.ascii.set(c);
      if (range.last >= 0x80) made.beyond_ascii = true;
    }
    made_.sets_.push_back(std::move(made));
    return static_cast<uint32_t>(made_.sets_.size() - 1);
  }

  uint32_t anchor(const Node& n, uint32_t next) {
    switch (n.anchor) {
      case Anchor::text_start:
        return add(Op::text_start, next);
      case Anchor::text_end:
        return add(Op::text_end, next);
      case Anchor::text_end_or_final_newline:
        return add(Op::final_newline, next);
      case Anchor::word_boundary:
        return n.alphabet == Alphabet::unicode ? add(Op::boundary, next) : give_up();
      case Anchor::not_word_boundary:
        return n.alphabet == Alphabet::unicode ? add(Op::no_boundary, next) : give_up();
      case Anchor::line_start:
      case Anchor::line_end:
        return give_up();
    }
    return give_up();
  }

  uint32_t branch(const Node& n, uint32_t next) {
    if (n.children.empty()) return next;
    uint32_t way = node(n.children.back(), next);
    for (size_t i = n.children.size() - 1; i-- > 0;) way = split(node(n.children[i], next), way);
    return way;
  }

  uint32_t repeat(const Node& n, uint32_t next) {
    const Node& child = n.children[0];
    if (n.greed == Greed::possessive) return give_up();
    const bool lazy = n.greed == Greed::lazy;
    if (child.single_character()) {
      Step step;
      step.op = lazy ? Op::repeat_few : Op::repeat;
      step.set = set(child);
      step.min = n.min;
      step.max = n.max;
      step.next = next;
      return add(step);
    }
    // Behind an empty round there is no other: that copies of the round do not know.
    if (n.max > 1 && can_be_empty(child)) return give_up();
    if ((n.max == kUnlimited ? n.min : n.max) > kMaxUnrolled) return give_up();
    uint32_t way = n.max == kUnlimited ? loop(child, lazy, next) : next;
    for (size_t i = n.min; n.max != kUnlimited && i < n.max; ++i) {
      const uint32_t again = node(child, way);
      way = lazy ? split(next, again) : split(again, next);
    }
    for (size_t i = 0; i < n.min; ++i) way = node(child, way);
    return way;
  }

  // Any number of rounds, each of which takes a character.
  uint32_t loop(const Node& child, bool lazy, uint32_t next) {
    const uint32_t way = split(next, next);
    const uint32_t again = node(child, way);
    if (!failed_) (lazy ? made_.steps_[way].other : made_.steps_[way].next) = again;
    return way;
  }

  uint32_t mark(Op op, size_t group, uint32_t next) {
    Step step;
    step.op = op;
    step.group = static_cast<uint16_t>(group);
    step.next = next;
    return add(step);
  }

  static bool captures(const Node& n) {
    return n.kind == Node::Kind::group ||
           std::any_of(n.children.begin(), n.children.end(), captures);
  }

  // (?!\B\w), which stands at both ends of most patterns.
  static bool is_not_in_word(const Node& n) {
    const Node& inner = n.children[0];
    if (n.behind || !n.negative || inner.kind != Node::Kind::sequence) return false;
    if (inner.children.size() != 2) return false;
    const Node& anchor = inner.children[0];
    const Node& set = inner.children[1];
    return anchor.kind == Node::Kind::anchor && set.kind == Node::Kind::set &&
           anchor.anchor == Anchor::not_word_boundary && anchor.alphabet == Alphabet::unicode &&
           *set.set == word_characters(Alphabet::unicode);
  }

  uint32_t look(const Node& n, uint32_t next) {
    if (captures(n)) return give_up();
    if (is_not_in_word(n)) return add(Op::not_in_word, next);
    Step step;
    if (n.behind) {
      const std::optional<size_t> width = fixed_width(n.children[0]);
      if (!width) return give_up();
      step.op = n.negative ? Op::not_behind : Op::look_behind;
      step.min = *width;
    } else {
      step.op = n.negative ? Op::not_ahead : Op::look_ahead;
    }
    step.other = node(n.children[0], add({}));
    step.next = next;
    return add(step);
  }

  struct First {
    std::bitset<256> bytes;
    bool may_be_empty = false;
  };

  First first_of(uint32_t at) const {
    First first;
    std::vector<bool> seen(made_.steps_.size());
    collect_first(at, seen, first);
    return first;
  }

  static void collect_first(const Set& set, First& first) {
    for (size_t byte = 0; byte < 0x80; ++byte) {
      if (set.ascii[byte]) first.bytes.set(byte);
    }
    for (size_t byte = 0x80; set.beyond_ascii && byte < 0x100; ++byte) first.bytes.set(byte);
  }

  // Each step once: what it adds does not depend on the way to it.
  void collect_first(uint32_t at, std::vector<bool>& seen, First& first) const {
    if (seen[at]) return;
    seen[at] = true;
    const Step& step = made_.steps_[at];
    switch (step.op) {
      case Op::accept:
      case Op::same_text:
      case Op::alike_text:
        first.bytes.set();
        first.may_be_empty = true;
        return;
      case Op::byte:
        first.bytes.set(step.byte);
        return;
      case Op::set:
        return collect_first(made_.sets_[step.set], first);
      case Op::repeat:
      case Op::repeat_few:
      case Op::repeat_all:
        collect_first(made_.sets_[step.set], first);
        if (step.min > 0) return;
        break;
      case Op::split:
        collect_first(step.other, seen, first);
        break;
      case Op::text_start:
      case Op::text_end:
      case Op::final_newline:
      case Op::boundary:
      case Op::no_boundary:
      case Op::not_in_word:
      case Op::open:
      case Op::close:
      case Op::look_ahead:
      case Op::look_behind:
      case Op::not_ahead:
      case Op::not_behind:
        break;
    }
    collect_first(step.next, seen, first);
  }

  // What follows can only begin where the repeat can not go on.
  bool ends_by_itself(const Step& step) const {
    First repeated;
    collect_first(made_.sets_[step.set], repeated);
    const First following = first_of(step.next);
    return !following.may_be_empty && (following.bytes & repeated.bytes).none();
  }

  // Nothing can be in front but the begin of a group: enough for patterns as they are written.
  bool is_bound_to_start(uint32_t at) const {
    const Step* step = &made_.steps_[at];
    while (step->op == Op::open) step = &made_.steps_[step->next];
    return step->op == Op::text_start;
  }

  Scanner& made_;
  bool failed_ = false;
};

std::optional<Scanner> Scanner::make(const Syntax& syntax) {
  Scanner scanner;
  if (!Builder(scanner).build(syntax)) return std::nullopt;
  return scanner;
}

}  // namespace gaoler::regex
