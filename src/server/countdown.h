// Countdown: several answers expected, one callback when the last has come. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace gaoler::server {

// To be called `count` times (at least once); without `done` the calls mean nothing.
inline std::function<void()> countdown(size_t count, std::function<void()> done) {
  if (!done) return [] {};
  auto left = std::make_shared<size_t>(count);
  return [left, done = std::move(done)] {
    if (--*left == 0) done();
  };
}

}  // namespace gaoler::server
