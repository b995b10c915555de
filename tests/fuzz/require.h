// What a fuzz target promises; with it broken the input is a finding.
#pragma once

#include <cstdlib>

inline void require(bool holds) {
  if (!holds) std::abort();
}
