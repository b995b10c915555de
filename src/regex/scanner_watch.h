// What a search of the scanner asks of a text is told to a watch, which makes a Shape of it or
// does not care. For the scanner's own use.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <string_view>

#include "regex/scanner.h"

namespace gaoler::regex {

inline constexpr size_t kMaxShapeBytes = 256;  // a longer look at the line is not worth remembering

inline const std::bitset<256> kAsciiBytes = ~std::bitset<256>() >> 128;

inline bool is_ascii(char c) {
  return (static_cast<unsigned char>(c) & 0x80) == 0;
}

// Does not care.
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
    if (!shape_.known_) return;
    looked(at);
    if (!shape_.known_) return;
    auto& allowed = shape_.allowed_[at];
    allowed &= set[static_cast<unsigned char>(text_[at])] ? set : ~set;
  }
  // Which byte it is.
  void asked_which(size_t at) {
    if (!shape_.known_) return;
    asked(at, std::bitset<256>().set(static_cast<unsigned char>(text_[at])));
  }
  // Whether the text ends here.
  void asked_end(size_t at) {
    if (!shape_.known_) return;
    if (at >= text_.size()) {
      shape_.end_seen_ = true;
    } else if (shape_.allowed_.size() <= at) {
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

}  // namespace gaoler::regex
