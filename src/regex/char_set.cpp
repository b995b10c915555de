#include "regex/char_set.h"

#include <algorithm>
#include <iterator>
#include <span>

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

// The pairs, sorted by `from`, that begin with a character of the range.
template <class Table>
std::span<const CasePair> pairs_in(const Table& table, const CharSet::Range& range) {
  const auto begin =
      std::lower_bound(std::begin(table), std::end(table), range.first,
                       [](const CasePair& pair, char32_t wanted) { return pair.from < wanted; });
  const auto end =
      std::upper_bound(begin, std::end(table), range.last,
                       [](char32_t wanted, const CasePair& pair) { return wanted < pair.from; });
  return {begin, end};
}

// kLower the other way round: from a lower form to the capitals that have it.
const std::vector<CasePair>& capitals_of() {
  static const std::vector<CasePair> table = [] {
    std::vector<CasePair> made;
    for (const CasePair& pair : kLower) made.push_back({pair.to, pair.from});
    std::stable_sort(made.begin(), made.end(),
                     [](const CasePair& a, const CasePair& b) { return a.from < b.from; });
    return made;
  }();
  return table;
}

// The set, what the table makes of its characters, and `more`.
template <class Table>
CharSet with_forms(const CharSet& set, const Table& table, std::vector<CharSet::Range> more) {
  more.insert(more.end(), set.ranges().begin(), set.ranges().end());
  for (const CharSet::Range& range : set.ranges()) {
    for (const CasePair& pair : pairs_in(table, range)) more.push_back({pair.to, pair.to});
  }
  return CharSet::of(std::move(more));
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

CharSet CharSet::of(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  CharSet set;
  for (const Range& range : ranges) {
    if (set.ranges_.empty() || set.ranges_.back().last + 1 < range.first) {
      set.ranges_.push_back(range);
    } else {
      set.ranges_.back().last = std::max(set.ranges_.back().last, range.last);
    }
  }
  return set;
}

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

CharLookup::CharLookup(const CharSet& set) : tables_{Table(), ~Table()} {
  constexpr std::uint16_t kEmpty = 0, kFull = 1;
  const auto& ranges = set.ranges();
  beyond_ = !ranges.empty() && ranges.back().last == kLastCodePoint;
  if (!ranges.empty()) {
    const CharSet::Range& last = ranges.back();
    pages_.assign((beyond_ ? last.first : last.last) / kPage + 1, kEmpty);
  }
  for (const CharSet::Range& range : ranges) {
    for (size_t page = range.first / kPage; page < pages_.size() && page <= range.last / kPage;
         ++page) {
      const size_t first = std::max<size_t>(range.first, page * kPage) % kPage;
      const size_t last = std::min<size_t>(range.last, page * kPage + kPage - 1) % kPage;
      if (first == 0 && last == kPage - 1) {
        pages_[page] = kFull;
        continue;
      }
      if (pages_[page] == kEmpty) {
        pages_[page] = static_cast<std::uint16_t>(tables_.size());
        tables_.emplace_back();
      }
      for (size_t c = first; c <= last; ++c) tables_[pages_[page]].set(c);
    }
  }
  low_ = pages_.empty() ? Table() : tables_[pages_[0]];
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

// As Python compares: a character counts by its lower form, so a capital matches what its lower
// form does and nothing else.
CharSet ignoring_case(const CharSet& listed, const CharSet& categories, Alphabet alphabet) {
  // A category holds a letter in both its forms or in none: case changes nothing in it.
  if (listed.empty()) return categories;
  if (alphabet == Alphabet::ascii) return ignoring_ascii_case(listed, categories);
  const CharSet lowered = with_forms(listed, kLower, {});
  const CharSet accepted = with_forms(lowered, kExtraCases, categories.ranges());
  std::vector<CharSet::Range> members;
  for (const CharSet::Range& range : accepted.ranges()) {
    char32_t next = range.first;
    for (const CasePair& capital : pairs_in(kLower, range)) {
      if (next < capital.from) members.push_back({next, capital.from - 1});
      next = capital.from + 1;
    }
    if (next <= range.last) members.push_back({next, range.last});
    for (const CasePair& form : pairs_in(capitals_of(), range)) {
      members.push_back({form.to, form.to});
    }
  }
  return CharSet::of(std::move(members));
}

}  // namespace gaoler::regex
