// IgnoreCache: remembers for a while whether an id was to be ignored (ignorecache).
//
// The key is the text that ignorecache's `key` expands to for a failure; expanding it is the
// caller's. Pure: time is given in. First in, first out beyond max-count.
#pragma once

#include <cstddef>
#include <cstdint>
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
    bool ignored = false;
    base::UnixTime until = 0;
    uint64_t number = 0;  // in order of arrival
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  void erase(Entries::iterator entry);

  IgnoreCacheOptions options_;
  Entries entries_;
  std::map<uint64_t, std::string_view> order_;  // names are the map's keys
  uint64_t last_number_ = 0;
};

}  // namespace gaoler::jail
