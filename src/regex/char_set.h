// CharSet: a set of Unicode code points, and the sets Python's `re` knows by name.
//
// A value; built while a pattern is parsed, immutable after that. Case rules are Python's for text
// patterns: two characters are alike if their lower forms are, plus a short list of letters that
// share an upper form.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace gaoler::regex {

inline constexpr char32_t kLastCodePoint = 0x10FFFF;

class CharSet {
 public:
  struct Range {
    char32_t first;
    char32_t last;  // included
    friend bool operator==(const Range&, const Range&) = default;
  };

  CharSet() = default;
  explicit CharSet(char32_t c) { add(c, c); }
  static CharSet of(std::vector<Range> ranges);  // in any order, overlapping or not

  void add(char32_t first, char32_t last);
  void add(const CharSet& other);

  bool contains(char32_t c) const;
  bool empty() const { return ranges_.empty(); }
  size_t count() const;
  const std::vector<Range>& ranges() const { return ranges_; }  // sorted, apart from each other

  CharSet inverted() const;

  friend bool operator==(const CharSet&, const CharSet&) = default;

 private:
  std::vector<Range> ranges_;
};

// A set ready for questions in an inner loop: pages of 256 characters, as far as they differ.
class CharLookup {
 public:
  explicit CharLookup(const CharSet& set);
  bool contains(char32_t c) const {
    if (c < kPage) return low_[c];
    const size_t page = c / kPage;
    return page < pages_.size() ? tables_[pages_[page]][c % kPage] : beyond_;
  }

 private:
  static constexpr size_t kPage = 256;
  using Table = std::bitset<kPage>;

  Table low_;                         // page 0
  std::vector<Table> tables_;         // the first is empty, the second full
  std::vector<std::uint16_t> pages_;  // their tables
  bool beyond_ = false;               // what the pages after those hold, all or nothing
};

// What a flag (?a) decides: Unicode text (the default) or ASCII only.
enum class Alphabet { unicode, ascii };

const CharSet& word_characters(Alphabet alphabet);   // \w
const CharSet& digit_characters(Alphabet alphabet);  // \d
const CharSet& space_characters(Alphabet alphabet);  // \s

// The lower form of one character as the case rules see it.
char32_t lower(char32_t c, Alphabet alphabet);

// Every character that matches when case is ignored: `listed` are the characters and ranges of a
// set, each standing for all its case forms; `categories` (\w and so on) are asked with the lower
// form only, as Python does.
CharSet ignoring_case(const CharSet& listed, const CharSet& categories, Alphabet alphabet);

}  // namespace gaoler::regex
