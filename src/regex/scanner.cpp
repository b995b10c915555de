#include "regex/scanner.h"

#include <algorithm>

#include "regex/scanner_watch.h"
#include "regex/utf8.h"

namespace gaoler::regex {

namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Where the character in front of a place begins.
size_t step_back(std::string_view text, size_t at) {
  --at;
  while (at > 0 && is_continuation(text[at])) --at;
  return at;
}

bool is_word(char32_t c) {
  return word_characters(Alphabet::unicode).contains(c);
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
const std::bitset<256> kNewline = std::bitset<256>().set('\n');

}  // namespace

// One attempt after the other at the places of a text. Only choices recurse: the depth is bound by
// the size of the program, and where that has loops by kMaxScannerDepth.
template <class Observer>
class Scanner::Run {
 public:
  Run(const Scanner& scanner, std::string_view text, size_t places, std::vector<Span>& groups,
      Observer& watch)
      : scanner_(scanner),
        text_(text),
        groups_(groups),
        watch_(watch),
        max_steps_(kMaxScannerSteps + kMaxScannerStepsPerPlace * places) {}

  bool overrun() const { return steps_ > max_steps_; }

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
  // Loops of a pattern make it deep.
  bool walk(uint32_t at, size_t pos) {
    if (++depth_ > kMaxScannerDepth) steps_ = max_steps_;
    const bool found = walk_on(at, pos);
    --depth_;
    return found;
  }

  bool walk_on(uint32_t at, size_t pos) {
    while (true) {
      if (++steps_ > max_steps_) return false;
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
        case Op::repeat_all:
          if (!take_all(step, pos)) return false;
          break;
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
    return is_word(decode(text_, pos).character);
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
    ++steps_;  // decoding takes as long as one
    const Decoded decoded = decode(text_, pos);
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
      // Bytes that are no UTF-8 may be left in other steps than they were taken.
      pos = std::max(begin, character_before(pos));
    }
    return false;
  }

  bool take_all(const Step& step, size_t& pos) {
    const Set& set = scanner_.sets_[step.set];
    size_t count = 0;
    while (count < step.max && take(set, pos)) ++count;
    steps_ += count / 8;
    return count >= step.min;
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
      const Decoded before = decode(text_, at), now = decode(text_, pos);
      constexpr auto kUnicode = Alphabet::unicode;
      if (lower(before.character, kUnicode) != lower(now.character, kUnicode)) {
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
  size_t max_steps_;
  size_t depth_ = 0;
};

Outcome Scanner::search(std::string_view text, size_t from, std::vector<Span>& groups) const {
  Unwatched nobody;
  return search_watched(text, from, text.size(), groups, nobody);
}

Outcome Scanner::search(std::string_view text, size_t from, size_t last, std::vector<Span>& groups,
                        Shape& shape) const {
  if (!shape.worth_learning()) {
    Unwatched nobody;
    return search_watched(text, from, last, groups, nobody);
  }
  Watch watch(shape, text, from);
  const Outcome outcome = search_watched(text, from, last, groups, watch);
  if (outcome != Outcome::matched) watch.give_up();
  shape.groups_ = groups;
  return outcome;
}

template <class Observer>
Outcome Scanner::search_watched(std::string_view text, size_t from, size_t last,
                                std::vector<Span>& groups, Observer& watch) const {
  groups.assign(group_count_ + 1, Span{});
  last = std::min(last, text.size());
  if (only_at_start_) last = 0;
  Run<Observer> run(*this, text, last - std::min(from, last), groups, watch);
  for (size_t begin = from; begin <= last; ++begin) {
    if (!run.may_begin(begin)) continue;
    if (run.match(begin)) return Outcome::matched;
    if (run.overrun()) return Outcome::gave_up;
  }
  return Outcome::no_match;
}

}  // namespace gaoler::regex
