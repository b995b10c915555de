#include "jail/ignore_cache.h"

#include <charconv>

#include "base/text.h"

namespace gaoler::jail {

base::Result<IgnoreCacheOptions> IgnoreCacheOptions::from(
    const std::map<std::string, std::string>& parts) {
  IgnoreCacheOptions options;
  for (const auto& [name, value] : parts) {
    if (name == "key") {
      options.key = value;
    } else if (name == "max-count") {
      const std::string_view digits = base::trim(value);
      const auto [end, problem] =
          std::from_chars(digits.data(), digits.data() + digits.size(), options.max_count);
      if (problem != std::errc() || end != digits.data() + digits.size() ||
          options.max_count > kMaxCount) {
        return base::Error{"ignorecache: max-count '" + value + "' is not a number from 0 to " +
                           std::to_string(kMaxCount)};
      }
    } else if (name == "max-time") {
      const auto duration = base::read_duration(value);
      if (!duration) return base::Error{"ignorecache: max-time: " + duration.error().message};
      options.max_time = *duration;
    }
  }
  if (parts.count("key") == 0) return base::Error{"ignorecache: key=\"...\" is missing"};
  return options;
}

std::optional<bool> IgnoreCache::get(std::string_view key, base::UnixTime now) {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return std::nullopt;
  if (entry->second.until > now) return entry->second.ignored;
  erase(entry);
  return std::nullopt;
}

void IgnoreCache::set(std::string key, bool ignored, base::UnixTime now) {
  if (options_.max_count == 0) return;
  auto entry = entries_.find(key);
  if (entry == entries_.end()) {
    while (entries_.size() >= options_.max_count) erase(entries_.find(order_.begin()->second));
    entry = entries_.emplace(std::move(key), Entry{}).first;
    entry->second.number = ++last_number_;
    order_.emplace(last_number_, entry->first);
  }
  entry->second.ignored = ignored;
  entry->second.until = now + options_.max_time.seconds;
}

void IgnoreCache::clear() {
  order_.clear();
  entries_.clear();
}

void IgnoreCache::erase(Entries::iterator entry) {
  order_.erase(entry->second.number);
  entries_.erase(entry);
}

}  // namespace gaoler::jail
