#include "dates/scanner.h"

#include <algorithm>

#include "regex/utf8.h"

namespace gaoler::dates {

using regex::Node;
using regex::Span;

namespace {

constexpr size_t kMaxUnrolled = 16;     // copies of a repeated group
constexpr size_t kMaxShapeBytes = 256;  // a longer look at the line is not worth remembering

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool is_ascii(char c) {
  return (static_cast<unsigned char>(c) & 0x80) == 0;
}

// Where the character in front of a place begins.
size_t step_back(std::string_view text, size_t at) {
  --at;
  while (at > 0 && is_continuation(text[at])) --at;
  return at;
}

bool is_word(char32_t c) {
  return regex::word_characters(regex::Alphabet::unicode).contains(c);
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::bitset<256> make_word_bytes() {
  std::bitset<256> bytes;
  for (size_t byte = 0; byte < 0x80; ++byte) bytes[byte] = is_word_byte(static_cast<char>(byte));
  return bytes;
}
const std::bitset<256> kWordBytes = make_word_bytes();
const std::bitset<256> kAsciiBytes = ~std::bitset<256>() >> 128;
const std::bitset<256> kNewline = std::bitset<256>().set('\n');

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

  bool build(const regex::Syntax& syntax) {
    made_.group_count_ = syntax.group_count;
    if (syntax.group_count > kMaxScannerGroups) return false;
    made_.start_ = node(syntax.root, add({}));
    if (failed_) return false;
    for (Step& step : made_.steps_) {
      if (step.op != Op::split) continue;
      step.set = static_cast<uint32_t>(made_.ways_.size());
      made_.ways_.push_back({first_of(step.next).bytes, first_of(step.other).bytes});
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
        if (n.alphabet != regex::Alphabet::unicode) return give_up();
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
    made.all = n.set ? n.set : std::make_shared<regex::CharSet>(n.character);
    for (const auto& range : made.all->ranges()) {
      for (char32_t c = range.first; c <= range.last && c < 0x80; ++c) made.ascii.set(c);
      if (range.last >= 0x80) made.beyond_ascii = true;
    }
    made_.sets_.push_back(std::move(made));
    return static_cast<uint32_t>(made_.sets_.size() - 1);
  }

  uint32_t anchor(const Node& n, uint32_t next) {
    switch (n.anchor) {
      case regex::Anchor::text_start:
        return add(Op::text_start, next);
      case regex::Anchor::text_end:
        return add(Op::text_end, next);
      case regex::Anchor::text_end_or_final_newline:
        return add(Op::final_newline, next);
      case regex::Anchor::word_boundary:
        return n.alphabet == regex::Alphabet::unicode ? add(Op::boundary, next) : give_up();
      case regex::Anchor::not_word_boundary:
        return n.alphabet == regex::Alphabet::unicode ? add(Op::no_boundary, next) : give_up();
      case regex::Anchor::line_start:
      case regex::Anchor::line_end:
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
    if (n.greed == regex::Greed::possessive) return give_up();
    const bool lazy = n.greed == regex::Greed::lazy;
    if (child.single_character()) {
      Step step;
      step.op = lazy ? Op::repeat_few : Op::repeat;
      step.set = set(child);
      step.min = n.min;
      step.max = n.max;
      step.next = next;
      return add(step);
    }
    if (n.max > kMaxUnrolled) return give_up();
    uint32_t way = next;
    for (size_t i = n.min; i < n.max; ++i) {
      const uint32_t again = node(child, way);
      way = lazy ? split(next, again) : split(again, next);
    }
    for (size_t i = 0; i < n.min; ++i) way = node(child, way);
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
           anchor.anchor == regex::Anchor::not_word_boundary &&
           anchor.alphabet == regex::Alphabet::unicode &&
           *set.set == regex::word_characters(regex::Alphabet::unicode);
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

  // Nothing can be in front but the begin of a group: enough for patterns as they are written.
  bool is_bound_to_start(uint32_t at) const {
    const Step* step = &made_.steps_[at];
    while (step->op == Op::open) step = &made_.steps_[step->next];
    return step->op == Op::text_start;
  }

  Scanner& made_;
  bool failed_ = false;
};

// What a search asks of a text is told to its watch, of which this one does not care.
class Scanner::Unwatched {
 public:
  void asked(size_t, const std::bitset<256>&) {}
  void asked_which(size_t) {}
  void asked_end(size_t) {}
  void looked(size_t) {}
  void give_up() {}
};

// Narrows a shape with every answer.
class Scanner::Watch {
 public:
  Watch(Shape& shape, std::string_view text, size_t from) : shape_(shape), text_(text) {
    shape_.known_ = true;
    shape_.from_ = from;
    shape_.size_ = text.size();
    shape_.end_seen_ = false;
    shape_.first_ = text.size();
    shape_.allowed_.clear();
  }

  // Whether the byte is one of a set.
  void asked(size_t at, const std::bitset<256>& set) {
    looked(at);
    if (!shape_.known_) return;
    auto& allowed = shape_.allowed_[at];
    allowed &= set[static_cast<unsigned char>(text_[at])] ? set : ~set;
  }
  // Which byte it is.
  void asked_which(size_t at) {
    asked(at, std::bitset<256>().set(static_cast<unsigned char>(text_[at])));
  }
  // Whether the text ends here.
  void asked_end(size_t at) {
    if (at >= text_.size()) {
      shape_.end_seen_ = true;
    } else if (shape_.known_ && shape_.allowed_.size() <= at) {
      grow(at);
    }
  }
  // Where characters begin and end.
  void looked(size_t at) {
    if (!shape_.known_) return;
    if (!is_ascii(text_[at])) return give_up();
    if (shape_.allowed_.size() <= at) grow(at);
    if (!shape_.known_) return;
    shape_.first_ = std::min(shape_.first_, at);
    shape_.allowed_[at] &= kAsciiBytes;
  }
  void give_up() { shape_.known_ = false; }

 private:
  void grow(size_t at) {
    if (at >= kMaxShapeBytes) return give_up();
    shape_.allowed_.resize(at + 1, ~std::bitset<256>());
  }

  Shape& shape_;
  std::string_view text_;
};

// One attempt after the other at the places of a text. Only choices recurse, so the depth is bound
// by the size of the program, not by the text.
template <class Observer>
class Scanner::Run {
 public:
  Run(const Scanner& scanner, std::string_view text, std::vector<Span>& groups, Observer& watch)
      : scanner_(scanner), text_(text), groups_(groups), watch_(watch) {}

  bool overrun() const { return steps_ > kMaxScannerSteps; }

  bool may_begin(size_t pos) {
    if (at_end(pos)) return scanner_.may_be_empty_;
    watch_.looked(pos);
    return is_one_of(pos, scanner_.first_bytes_) && !is_continuation(text_[pos]);
  }

  // Leaves the groups as they were when it fails.
  bool match(size_t begin) {
    if (!walk(scanner_.start_, begin)) return false;
    groups_[0] = Span{begin, end_};
    return true;
  }

 private:
  bool walk(uint32_t at, size_t pos) {
    while (true) {
      if (++steps_ > kMaxScannerSteps) return false;
      const Step& step = scanner_.steps_[at];
      switch (step.op) {
        case Op::accept:
          end_ = pos;
          return true;
        case Op::byte:
          if (!take_byte(step.byte, pos)) return false;
          break;
        case Op::set:
          if (!take(scanner_.sets_[step.set], pos)) return false;
          break;
        case Op::repeat:
          return walk_many(step, pos);
        case Op::repeat_few:
          return walk_few(step, pos);
        case Op::text_start:
          if (pos != 0) return false;
          break;
        case Op::text_end:
          if (!at_end(pos)) return false;
          break;
        case Op::final_newline:
          if (!at_end(pos) && (!at_end(pos + 1) || !is_one_of(pos, kNewline))) return false;
          break;
        case Op::boundary:
          if (word_before(pos) == word_at(pos)) return false;
          break;
        case Op::no_boundary:  // nowhere in an empty text, as Python has it
          if (at_end(0) || word_before(pos) != word_at(pos)) return false;
          break;
        case Op::open:
        case Op::close:
          return walk_marked(step, pos);
        case Op::split: {
          const Ways& ways = scanner_.ways_[step.set];
          if (!at_end(pos)) {
            if (!is_one_of(pos, ways.other)) break;
            if (is_one_of(pos, ways.next) && walk(step.next, pos)) return true;
          } else if (walk(step.next, pos)) {
            return true;
          }
          at = step.other;
          continue;
        }
        case Op::not_in_word:
          if (word_before(pos) && word_at(pos)) return false;
          break;
        case Op::look_ahead:
        case Op::not_ahead:
          if (looks(step, pos) == (step.op == Op::not_ahead)) return false;
          break;
        case Op::look_behind:
        case Op::not_behind:
          if (looks_back(step, pos) == (step.op == Op::not_behind)) return false;
          break;
        case Op::same_text:
          if (!take_again(step.group, pos)) return false;
          break;
        case Op::alike_text:
          if (!take_alike(step.group, pos)) return false;
          break;
      }
      at = step.next;
    }
  }

  bool at_end(size_t pos) {
    watch_.asked_end(pos);
    return pos >= text_.size();
  }

  bool is_one_of(size_t pos, const std::bitset<256>& bytes) {
    watch_.asked(pos, bytes);
    return bytes[static_cast<uint8_t>(text_[pos])];
  }

  bool word_at(size_t pos) {
    if (at_end(pos)) return false;
    if (is_ascii(text_[pos])) return is_one_of(pos, kWordBytes);
    watch_.give_up();
    return is_word(regex::decode(text_, pos).character);
  }

  bool word_before(size_t pos) { return pos > 0 && word_at(character_before(pos)); }

  size_t character_before(size_t pos) {
    watch_.looked(pos - 1);
    return is_ascii(text_[pos - 1]) ? pos - 1 : step_back(text_, pos);
  }

  bool take_byte(uint8_t byte, size_t& pos) {
    if (at_end(pos)) return false;
    watch_.asked(pos, std::bitset<256>().set(byte));
    return static_cast<uint8_t>(text_[pos++]) == byte;
  }

  bool take(const Set& set, size_t& pos) {
    if (at_end(pos)) return false;
    if (is_ascii(text_[pos])) {
      if (!is_one_of(pos, set.ascii)) return false;
      ++pos;
      return true;
    }
    watch_.give_up();
    if (!set.beyond_ascii) return false;
    const regex::Decoded decoded = regex::decode(text_, pos);
    if (!set.all->contains(decoded.character)) return false;
    pos += decoded.bytes;
    return true;
  }

  bool walk_many(const Step& step, size_t pos) {
    const Set& set = scanner_.sets_[step.set];
    const size_t begin = pos;
    size_t count = 0;
    while (count < step.max && take(set, pos)) ++count;
    steps_ += count / 8;
    for (; count >= step.min; --count) {
      if (walk(step.next, pos)) return true;
      if (pos == begin || overrun()) return false;
      pos = character_before(pos);
    }
    return false;
  }

  bool walk_few(const Step& step, size_t pos) {
    const Set& set = scanner_.sets_[step.set];
    for (size_t count = 0;; ++count) {
      if (count >= step.min && walk(step.next, pos)) return true;
      if (count == step.max || overrun() || !take(set, pos)) return false;
    }
  }

  bool walk_marked(const Step& step, size_t pos) {
    if (step.op == Op::open) {
      // Where the group begins is kept beside the groups until it is closed.
      const size_t before = std::exchange(opened_[step.group], pos);
      if (walk(step.next, pos)) return true;
      opened_[step.group] = before;
      return false;
    }
    const Span before = std::exchange(groups_[step.group], Span{opened_[step.group], pos});
    if (walk(step.next, pos)) return true;
    groups_[step.group] = before;
    return false;
  }

  bool looks(const Step& step, size_t pos) {
    const size_t end = end_;
    const bool found = walk(step.other, pos);
    end_ = end;
    return found;
  }

  bool looks_back(const Step& step, size_t pos) {
    size_t from = pos;
    for (size_t i = 0; i < step.min; ++i) {
      if (from == 0) return false;
      from = character_before(from);
    }
    return looks(step, from);
  }

  bool take_again(size_t group, size_t& pos) {
    const Span& span = groups_[group];
    if (!span.participated()) return false;
    for (size_t at = span.begin; at < span.end; ++at, ++pos) {
      if (at_end(pos)) return false;
      watch_.asked_which(at);
      watch_.asked_which(pos);
      if (text_[at] != text_[pos]) return false;
    }
    return true;
  }

  // Character by character in their lower forms.
  bool take_alike(size_t group, size_t& pos) {
    watch_.give_up();
    const Span& span = groups_[group];
    if (!span.participated()) return false;
    for (size_t at = span.begin; at < span.end;) {
      if (pos == text_.size()) return false;
      const regex::Decoded before = regex::decode(text_, at), now = regex::decode(text_, pos);
      constexpr auto kUnicode = regex::Alphabet::unicode;
      if (regex::lower(before.character, kUnicode) != regex::lower(now.character, kUnicode)) {
        return false;
      }
      at += before.bytes;
      pos += now.bytes;
    }
    return true;
  }

  const Scanner& scanner_;
  std::string_view text_;
  std::vector<Span>& groups_;
  Observer& watch_;
  std::array<size_t, kMaxScannerGroups + 1> opened_{};
  size_t end_ = 0;
  size_t steps_ = 0;
};

std::optional<Scanner> Scanner::make(const regex::Syntax& syntax) {
  Scanner scanner;
  if (!Builder(scanner).build(syntax)) return std::nullopt;
  return scanner;
}

regex::Outcome Scanner::search(std::string_view text, size_t from,
                               std::vector<Span>& groups) const {
  Unwatched nobody;
  return search_watched(text, from, groups, nobody);
}

regex::Outcome Scanner::search(std::string_view text, size_t from, std::vector<Span>& groups,
                               Shape& shape) const {
  if (!shape.worth_learning()) return search(text, from, groups);
  Watch watch(shape, text, from);
  const regex::Outcome outcome = search_watched(text, from, groups, watch);
  if (outcome != regex::Outcome::matched) watch.give_up();
  shape.groups_ = groups;
  return outcome;
}

template <class Observer>
regex::Outcome Scanner::search_watched(std::string_view text, size_t from,
                                       std::vector<Span>& groups, Observer& watch) const {
  groups.assign(group_count_ + 1, Span{});
  Run<Observer> run(*this, text, groups, watch);
  const size_t last = only_at_start_ ? 0 : text.size();
  for (size_t begin = from; begin <= last; ++begin) {
    if (!run.may_begin(begin)) continue;
    if (run.match(begin)) return regex::Outcome::matched;
    if (run.overrun()) return regex::Outcome::gave_up;
  }
  return regex::Outcome::no_match;
}

}  // namespace gaoler::dates
