// CharSet: a set of Unicode code points, and the sets Python's `re` knows by name.
//
// A value; built while a pattern is parsed, immutable after that. Case rules are Python's for text
// patterns: two characters are alike if their lower forms are, plus a short list of letters that
// share an upper form.
#pragma once

#include <bitset>
#include <cstddef>
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

// A set ready for questions in an inner loop.
class CharLookup {
 public:
  explicit CharLookup(CharSet set) : set_(std::move(set)) {
    for (char32_t c = 0; c < low_.size(); ++c) low_[c] = set_.contains(c);
  }
  bool contains(char32_t c) const { return c < low_.size() ? low_[c] : set_.contains(c); }

 private:
  std::bitset<256> low_;
  CharSet set_;
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
