// TextPool: owns the texts that are put together while a jail is read, so that everybody else can
// hand around views of them.
//
// A text is kept until the pool dies, and a pool lives as long as one jail is read; what is not put
// together (names and values as files have them) is the files' own and need not be kept. One
// thread.
#pragma once

#include <algorithm>
#include <memory_resource>
#include <string_view>

namespace gaoler::config {

class TextPool {
 public:
  std::string_view keep(std::string_view text) { return keep(text, {}); }

  // Both, joined.
  std::string_view keep(std::string_view first, std::string_view second) {
    const size_t size = first.size() + second.size();
    if (size == 0) return {};
    char* kept = static_cast<char*>(memory_.allocate(size, 1));
    std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), kept));
    return {kept, size};
  }

 private:
  static constexpr size_t kFirstBytes = 4096;
  std::pmr::monotonic_buffer_resource memory_{kFirstBytes};
};

}  // namespace gaoler::config
