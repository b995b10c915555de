// Attacker: lines that a regular expression has much work with and mostly does not match in the
// end.
//
// Written from the parsed pattern: a text it matches, one of its repeats gone through again and
// again up to the size asked for, and the end spoiled. The same seed gives the same lines.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "regex/syntax.h"

namespace gaoler::regex::parity {

class Attacker {
 public:
  explicit Attacker(std::uint64_t seed) : random_(seed) {}

  // UTF-8 of about so many bytes, without newline.
  std::string line(const Syntax& pattern, size_t bytes);
  // The same inside of what a prefregex matches: `inside` stands for its group.
  std::string wrapped(const Syntax& prefregex, size_t group, const std::string& inside);

 private:
  std::string text(const Node& node);
  std::string character(const Node& node);
  std::string repeated(const Node& node);
  std::string spoiled(std::string line);
  size_t below(size_t limit) { return static_cast<size_t>(random_() % limit); }

  std::mt19937_64 random_;
  const Node* pumped_ = nullptr;
  size_t pump_bytes_ = 0;
  size_t replaced_group_ = 0;
  const std::string* replacement_ = nullptr;
};

}  // namespace gaoler::regex::parity
