// Generator: random patterns and texts that are likely to meet, from a seed.
//
// Patterns are mostly valid and use every construct of Python's dialect; some are damaged ones. The
// same seed gives the same sequence on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace gaoler::regex::parity {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::string pattern();
  std::string text();
  // A few characters removed, doubled, exchanged or put in.
  std::string damaged(std::string_view text);
  size_t below(size_t limit) { return static_cast<size_t>(random_() % limit); }

 private:
  std::string branches(int depth);
  std::string sequence(int depth);
  std::string atom(int depth);
  std::string group(int depth);
  std::string fixed(int depth);
  std::string set();
  std::string repeat(bool may_be_possessive);
  std::string character();
  std::string pick(const std::vector<const char*>& from) { return from[below(from.size())]; }

  std::mt19937_64 random_;
  size_t opened_ = 0;
  std::vector<size_t> closed_;
};

}  // namespace gaoler::regex::parity
