#include "filter/prefilter.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace gaoler::filter {
namespace {

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

// The bytes of the clause's shortest text, as far as it can be looked for.
size_t shortest(const regex::Literals::Clause& clause) {
  size_t bytes = clause.empty() ? 0 : SIZE_MAX;
  for (const auto& literal : clause) bytes = std::min(bytes, within_line(literal.text).size());
  return bytes;
}

}  // namespace

Prefilter::Prefilter(const std::vector<const regex::Literals*>& expressions)
    : expressions_(expressions.size()) {
  std::vector<size_t> next(expressions.size());
  for (size_t i = 0; i < expressions.size(); ++i) next[i] = add_first(*expressions[i], i);
  set_stride();
  for (size_t i = 0; i < expressions.size(); ++i) add_cheap(*expressions[i], next[i], i);
  for (const Expression& expression : expressions_) always_ |= expression.clauses == 0;
  fill_table();
}

// The most telling clause that can be looked for at all. The number of the next one.
size_t Prefilter::add_first(const regex::Literals& literals, size_t expression) {
  for (size_t i = 0; i < literals.clauses().size(); ++i) {
    if (shortest(literals.clauses()[i]) < kGram) continue;
    add(literals.clauses()[i], expression);
    return i + 1;
  }
  return literals.clauses().size();
}

// Other clauses, if they are found with the same number of looks.
void Prefilter::add_cheap(const regex::Literals& literals, size_t from, size_t expression) {
  for (size_t i = from; i < literals.clauses().size(); ++i) {
    if (shortest(literals.clauses()[i]) >= kGram + stride_ - 1) {
      add(literals.clauses()[i], expression);
    }
  }
}

void Prefilter::add(const regex::Literals::Clause& clause, size_t expression) {
  if (literals_.size() + clause.size() > kMaxLiterals) return;
  bool other_forms = false;
  for (const auto& literal : clause) {
    std::string fold(within_line(literal.text));
    std::transform(fold.begin(), fold.end(), fold.begin(), folded);
    literals_.push_back({std::move(fold), static_cast<uint32_t>(clauses_.size())});
    other_forms |= literal.other_forms;
  }
  clauses_.push_back({static_cast<uint32_t>(expression)});
  ++expressions_[expression].clauses;
  if (other_forms) unless_ascii_.push_back(static_cast<uint32_t>(expression));
}

// With a look every `stride_` bytes, one of as many grams in a row of each literal is sure to be
// looked at.
void Prefilter::set_stride() {
  stride_ = kMaxStride;
  for (const Literal& literal : literals_) {
    stride_ = std::min(stride_, literal.text.size() - kGram + 1);
  }
}

void Prefilter::fill_table() {
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
    Clause& clause = clauses_[literal.clause];
    if (clause.question == question_ || at < entry.offset) continue;
    const std::string_view place = text.substr(at - entry.offset, literal.text.size());
    const bool same = std::equal(place.begin(), place.end(), literal.text.begin(),
                                 literal.text.end(), [](char a, char b) { return folded(a) == b; });
    if (!same) continue;
    any |= fulfil(clause);
  }
  return any;
}

// True if its expression has all of its clauses now.
bool Prefilter::fulfil(Clause& clause) {
  clause.question = question_;
  Expression& expression = expressions_[clause.expression];
  if (std::exchange(expression.question, question_) != question_) expression.found = 0;
  return ++expression.found == expression.clauses;
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
  bool any = always_;
  if (!literals_.empty()) any |= look(text);
  if (unless_ascii_.empty() || std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
      })) {
    return any;
  }
  for (uint32_t number : unless_ascii_) {
    Expression& expression = expressions_[number];
    expression.question = question_;
    expression.found = expression.clauses;
  }
  return true;
}

}  // namespace gaoler::filter
