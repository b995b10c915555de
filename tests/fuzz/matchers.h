// Matchers: one pattern compiled for each of our matchers, which have to find the same.
//
// The scanner with whatever stands behind it, the general engine, and the exact matcher alone; one
// that gave up is not asked. Immutable.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "regex/pattern.h"
#include "regex/program.h"

namespace gaoler::fuzz {

class Matchers {
 public:
  static base::Result<Matchers> make(std::string_view source, regex::Options options);

  // Searches with all of them and breaks off if they do not agree, or found what cannot be. The
  // match is the scanner's; nothing if there is none. Any bytes; those that are no UTF-8 only have
  // to stay in bounds.
  std::optional<regex::Match> search(std::string_view text, size_t from) const;

  const regex::Pattern& quick() const { return quick_; }

 private:
  Matchers(regex::Pattern quick, regex::Pattern plain, regex::Program exact)
      : quick_(std::move(quick)), plain_(std::move(plain)), exact_(std::move(exact)) {}

  void compare_with_exact(std::string_view text, size_t from, regex::Outcome outcome,
                          const regex::Match& match) const;
  void require_possible(std::string_view text, size_t from, const regex::Match& match) const;

  regex::Pattern quick_;
  regex::Pattern plain_;
  regex::Program exact_;
};

}  // namespace gaoler::fuzz
