// TextDecoder: lines of a log in one encoding -> UTF-8, by iconv.
//
// Takes Python's spellings of encodings ("latin-1", "utf_16_le") as well as iconv's. UTF-16 and
// UTF-32 without a byte order in their name take the order from the line, which knows how its
// newline was written; a byte order mark is dropped. What is no character becomes U+FFFD. Not
// thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gaoler::sys {

class TextDecoder {
 public:
  // The error is fail2ban's: "unknown encoding: NAME".
  static base::Result<TextDecoder> make(const std::string& encoding);

  TextDecoder();  // UTF-8
  ~TextDecoder();
  TextDecoder(TextDecoder&&) noexcept;
  TextDecoder& operator=(TextDecoder&&) noexcept;

  // As configured; "UTF-8" for "auto", the encoding of servers' locales.
  const std::string& name() const { return name_; }
  // Bytes of one code unit: 1, 2 or 4.
  size_t unit() const { return unit_; }

  // Whether every byte of the line fitted. `text` is the line itself where nothing had to change,
  // else it is kept in `room`.
  struct Decoded {
    std::string_view text;
    bool clean;
  };
  Decoded decode(std::string_view line, bool big_endian, std::string& room);

 private:
  struct Close {
    void operator()(void* converter) const;
  };
  using Converter = std::unique_ptr<void, Close>;

  std::string name_ = "UTF-8";
  size_t unit_ = 1;
  Converter little_;  // none: UTF-8, nothing to convert
  Converter big_;     // of a name without byte order
};

}  // namespace gaoler::sys
