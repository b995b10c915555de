#include "filter/prefilter.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gaoler::filter {
namespace {

using Clause = regex::Literals::Clause;

// Makes upper and lower case letters the same, and some other characters too: a literal is found a
// little too often and never too seldom.
constexpr uint32_t kFold = 0x202020;
constexpr char folded(char c) {
  return static_cast<char>(c | 0x20);
}

// The three bytes at `at`, folded, as a number.
uint32_t gram_at(const char* at) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(at);
  return (uint32_t{bytes[0]} | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16) | kFold;
}
// The same where a fourth byte may be read.
uint32_t gram_of_four(const char* at) {
  uint32_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap32(bytes);
  return (bytes & 0xffffff) | kFold;
}

template <size_t bits>
uint32_t slot_of(uint32_t gram) {
  return (gram * 2654435761u) >> (32 - bits);
}

// The longest piece without a newline: a prefregex leaves a part of the line that ends with one
// where the line goes on.
std::string_view within_line(std::string_view text) {
  std::string_view longest;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    if (end > longest.size()) longest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

// The first clause all of whose texts are long enough to be looked for; nullptr if there is none.
const Clause* usable_clause(const regex::Literals& literals, size_t least) {
  for (const Clause& clause : literals.clauses()) {
    bool usable =
        !clause.empty() && std::all_of(clause.begin(), clause.end(), [least](const auto& l) {
          return within_line(l.text).size() >= least;
        });
    if (usable) return &clause;
  }
  return nullptr;
}

}  // namespace

Prefilter::Prefilter(const std::vector<const regex::Literals*>& expressions)
    : seen_(expressions.size(), 0) {
  for (size_t i = 0; i < expressions.size(); ++i) {
    const Clause* clause = usable_clause(*expressions[i], kGram);
    if (!clause || literals_.size() + clause->size() > kMaxLiterals) {
      always_.push_back(static_cast<uint32_t>(i));
      continue;
    }
    bool other_forms = false;
    for (const auto& literal : *clause) {
      add(within_line(literal.text), i);
      other_forms |= literal.other_forms;
    }
    if (other_forms) unless_ascii_.push_back(static_cast<uint32_t>(i));
  }
  fill_table();
}

void Prefilter::add(std::string_view text, size_t expression) {
  std::string fold(text);
  std::transform(fold.begin(), fold.end(), fold.begin(), folded);
  literals_.push_back({std::move(fold), static_cast<uint32_t>(expression)});
}

// With a look every `stride_` bytes, one of as many grams in a row of each literal is sure to be
// looked at.
void Prefilter::fill_table() {
  stride_ = kMaxStride;
  for (const Literal& literal : literals_) {
    stride_ = std::min(stride_, literal.text.size() - kGram + 1);
  }
  slots_.assign(size_t{1} << kTableBits, 0);
  for (size_t i = 0; i < literals_.size(); ++i) {
    const std::string& text = literals_[i].text;
    // From the middle: the ends are more often common words and blanks.
    const size_t first = (text.size() - kGram + 1 - stride_) / 2;
    for (size_t offset = first; offset < first + stride_; ++offset) {
      uint16_t& slot = slots_[slot_of<kTableBits>(gram_at(text.data() + offset))];
      entries_.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(offset), slot});
      slot = static_cast<uint16_t>(entries_.size());
    }
  }
}

bool Prefilter::check(uint32_t first_entry, std::string_view text, size_t at) {
  bool any = false;
  for (uint32_t number = first_entry; number != 0; number = entries_[number - 1].next) {
    const Entry& entry = entries_[number - 1];
    const Literal& literal = literals_[entry.literal];
    if (seen_[literal.expression] == question_ || at < entry.offset) continue;
    const std::string_view place = text.substr(at - entry.offset, literal.text.size());
    const bool same = std::equal(place.begin(), place.end(), literal.text.begin(),
                                 literal.text.end(), [](char a, char b) { return folded(a) == b; });
    if (!same) continue;
    seen_[literal.expression] = question_;
    any = true;
  }
  return any;
}

bool Prefilter::look(std::string_view text) {
  const size_t stride = stride_;
  const uint16_t* const slots = slots_.data();
  bool any = false;
  size_t at = 0;
  for (; at + kGram < text.size(); at += stride) {
    const uint32_t entry = slots[slot_of<kTableBits>(gram_of_four(text.data() + at))];
    if (entry != 0) any |= check(entry, text, at);
  }
  if (at + kGram == text.size()) {
    const uint32_t entry = slots[slot_of<kTableBits>(gram_at(text.data() + at))];
    if (entry != 0) any |= check(entry, text, at);
  }
  return any;
}

bool Prefilter::scan(std::string_view text) {
  ++question_;
  bool any = !always_.empty();
  for (uint32_t expression : always_) seen_[expression] = question_;
  if (!literals_.empty()) any |= look(text);
  if (unless_ascii_.empty() || std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
      })) {
    return any;
  }
  for (uint32_t expression : unless_ascii_) seen_[expression] = question_;
  return true;
}

}  // namespace gaoler::filter
