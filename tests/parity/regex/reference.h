// Reference: Python's `re` in one long-lived child process (reference.py), asked over pipes.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "regex/pattern.h"

namespace gaoler::regex::parity {

struct Finding {
  enum class Kind { none, found, gave_up };
  Kind kind = Kind::none;
  std::vector<Span> groups;

  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Answer {
  bool refused = false;
  std::string reason;
  std::vector<Finding> findings;  // one per text
};

class Reference {
 public:
  explicit Reference(const std::string& script);
  ~Reference();
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  Answer ask(std::string_view pattern, Options options, const std::vector<std::string>& texts);

 private:
  std::string line();

  int child_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace gaoler::regex::parity
