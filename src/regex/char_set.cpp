#include "regex/char_set.h"

#include <algorithm>
#include <iterator>

namespace gaoler::regex {
namespace {

struct CasePair {
  char32_t from;
  char32_t to;
};

#include "regex/unicode_tables.inc"

template <size_t N>
CharSet from_table(const CharSet::Range (&table)[N]) {
  CharSet set;
  for (const CharSet::Range& range : table) set.add(range.first, range.last);
  return set;
}

CharSet ascii_part(const CharSet& set) {
  CharSet part;
  for (const CharSet::Range& range : set.ranges()) {
    if (range.first < 0x80) part.add(range.first, std::min<char32_t>(range.last, 0x7F));
  }
  return part;
}

// Python's ASCII \s leaves out the separators 1C..1F that are space in Unicode text.
CharSet ascii_space() {
  CharSet set(U' ');
  set.add(U'\t', U'\r');
  return set;
}

const CasePair* find_lower(char32_t c) {
  const CasePair* found =
      std::lower_bound(std::begin(kLower), std::end(kLower), c,
                       [](const CasePair& pair, char32_t wanted) { return pair.from < wanted; });
  return found != std::end(kLower) && found->from == c ? found : nullptr;
}

CharSet ignoring_ascii_case(const CharSet& listed, const CharSet& categories) {
  CharSet lowered = listed;
  for (char32_t c = U'A'; c <= U'Z'; ++c) {
    if (listed.contains(c)) lowered.add(c + 32, c + 32);
  }
  lowered.add(categories);
  CharSet upper(U'A');
  upper.add(U'A', U'Z');
  CharSet result;  // without the capitals: they are asked by their lower form only
  CharSet not_lowered = lowered.inverted();
  not_lowered.add(upper);
  result = not_lowered.inverted();
  for (char32_t c = U'A'; c <= U'Z'; ++c) {
    if (lowered.contains(c + 32)) result.add(c, c);
  }
  return result;
}

}  // namespace

void CharSet::add(char32_t first, char32_t last) {
  auto begin =
      std::lower_bound(ranges_.begin(), ranges_.end(), first,
                       [](const Range& range, char32_t wanted) { return range.last + 1 < wanted; });
  auto end = begin;
  while (end != ranges_.end() && end->first <= last + 1) {
    first = std::min(first, end->first);
    last = std::max(last, end->last);
    ++end;
  }
  if (begin == end) {
    ranges_.insert(begin, Range{first, last});
  } else {
    *begin = Range{first, last};
    ranges_.erase(std::next(begin), end);
  }
}

void CharSet::add(const CharSet& other) {
  for (const Range& range : other.ranges_) add(range.first, range.last);
}

bool CharSet::contains(char32_t c) const {
  auto found =
      std::lower_bound(ranges_.begin(), ranges_.end(), c,
                       [](const Range& range, char32_t wanted) { return range.last < wanted; });
  return found != ranges_.end() && found->first <= c;
}

size_t CharSet::count() const {
  size_t total = 0;
  for (const Range& range : ranges_) total += range.last - range.first + 1;
  return total;
}

CharSet CharSet::inverted() const {
  CharSet result;
  char32_t next = 0;
  for (const Range& range : ranges_) {
    if (next < range.first) result.ranges_.push_back(Range{next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) result.ranges_.push_back(Range{next, kLastCodePoint});
  return result;
}

const CharSet& word_characters(Alphabet alphabet) {
  static const CharSet unicode = from_table(kWordRanges);
  static const CharSet ascii = ascii_part(unicode);
  return alphabet == Alphabet::unicode ? unicode : ascii;
}

const CharSet& digit_characters(Alphabet alphabet) {
  static const CharSet unicode = from_table(kDigitRanges);
  static const CharSet ascii = ascii_part(unicode);
  return alphabet == Alphabet::unicode ? unicode : ascii;
}

const CharSet& space_characters(Alphabet alphabet) {
  static const CharSet unicode = from_table(kSpaceRanges);
  static const CharSet ascii = ascii_space();
  return alphabet == Alphabet::unicode ? unicode : ascii;
}

char32_t lower(char32_t c, Alphabet alphabet) {
  if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + 32 : c;
  if (alphabet == Alphabet::ascii) return c;
  const CasePair* pair = find_lower(c);
  return pair ? pair->to : c;
}

CharSet ignoring_case(const CharSet& listed, const CharSet& categories, Alphabet alphabet) {
  if (alphabet == Alphabet::ascii) return ignoring_ascii_case(listed, categories);
  CharSet lowered = listed;
  for (const CasePair& pair : kLower) {
    if (listed.contains(pair.from)) lowered.add(pair.to, pair.to);
  }
  CharSet accepted = lowered;
  for (const CasePair& pair : kExtraCases) {
    if (lowered.contains(pair.from)) accepted.add(pair.to, pair.to);
  }
  accepted.add(categories);

  // A character counts by its lower form: first all that are their own, then the capitals.
  CharSet rejected = accepted.inverted();
  for (const CasePair& pair : kLower) rejected.add(pair.from, pair.from);
  CharSet result = rejected.inverted();
  for (const CasePair& pair : kLower) {
    if (accepted.contains(pair.to)) result.add(pair.from, pair.from);
  }
  return result;
}

}  // namespace gaoler::regex
