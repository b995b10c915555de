// IgnoreCache: remembers for a while whether an id was to be ignored (ignorecache).
//
// The key is the text that ignorecache's `key` expands to for a failure; expanding it is the
// caller's. Pure: time is given in. First in, first out beyond max-count.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/duration.h"
#include "base/result.h"
#include "base/time.h"

namespace gaoler::jail {

struct IgnoreCacheOptions {
  static constexpr size_t kMaxCount = 1'000'000;

  std::string key;
  size_t max_count = 100;
  base::Duration max_time{300, true};

  // From the option's parts as the configuration's grammar splits them: key, max-count, max-time.
  static base::Result<IgnoreCacheOptions> from(const std::map<std::string, std::string>& parts);
};

class IgnoreCache {
 public:
  explicit IgnoreCache(IgnoreCacheOptions options) : options_(std::move(options)) {}

  const IgnoreCacheOptions& options() const { return options_; }
  std::optional<bool> get(std::string_view key, base::UnixTime now);
  void set(std::string key, bool ignored, base::UnixTime now);
  void clear();

 private:
  struct Entry {
    bool ignored;
    base::UnixTime until;
    size_t number;  // of the newest note in order_ that is about it
  };
  IgnoreCacheOptions options_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::deque<std::pair<size_t, std::string>> order_;
  size_t last_number_ = 0;
};

}  // namespace gaoler::jail
