// The bytes of a pickled message and the simple values written in them. Part of pickle_decode.cpp's
// reading and of nothing else; errors leave as Malformed, which decode() catches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/pickle_opcodes.h"

namespace gaoler::protocol {

// Ends the reading of a message from any depth; never leaves decode().
struct Malformed {
  std::string why;
};

// Takes the message from its front. A message that ends too early is Malformed.
class PickleReader {
 public:
  explicit PickleReader(std::string_view bytes) : rest_(bytes) {}

  Op op() {
    if (rest_.empty()) throw Malformed{"Ran out of input"};
    return static_cast<Op>(take(1).front());
  }

  std::string_view take(uint64_t count) {
    if (count > rest_.size()) throw Malformed{kTruncated};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  uint64_t little_endian(int bytes) {
    uint64_t value = 0;
    int shift = 0;
    for (const char byte : take(static_cast<uint64_t>(bytes))) {
      value |= uint64_t{static_cast<uint8_t>(byte)} << shift;
      shift += 8;
    }
    return value;
  }

  // Up to the next newline, which is dropped.
  std::string_view line();
  uint64_t left() const { return rest_.size(); }

 private:
  static constexpr const char* kTruncated = "pickle data was truncated";

  std::string_view rest_;
};

int64_t parse_integer(std::string_view digits);  // decimal
int64_t parse_long(std::string_view bytes);      // little-endian two's complement of any length
double parse_float(std::string_view digits);
std::string from_wire(std::string_view wire);  // UTF-8 with lone surrogates
std::string ascii(std::string_view bytes);     // Python 2 strings: no other encoding is known
std::string parse_string_literal(
    std::string_view text);                            // a Python 2 string literal with its quotes
std::string parse_raw_unicode(std::string_view text);  // Latin-1 with \uXXXX and \UXXXXXXXX

}  // namespace gaoler::protocol
