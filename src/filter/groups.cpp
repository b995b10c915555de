#include "filter/groups.h"

#include <algorithm>

namespace gaoler::filter {
namespace {

bool is_empty(const GroupValue& value) {
  return std::visit([](const auto& content) { return content.empty(); }, value);
}

template <class Entries>
auto locate(Entries& entries, std::string_view name) {
  return std::find_if(entries.begin(), entries.end(),
                      [name](const Groups::Entry& entry) { return entry.first == name; });
}

}  // namespace

const GroupValue* Groups::find(std::string_view name) const {
  auto it = locate(entries_, name);
  return it != entries_.end() && it->second ? &*it->second : nullptr;
}

const std::string* Groups::text(std::string_view name) const {
  const GroupValue* value = find(name);
  return value ? std::get_if<std::string>(value) : nullptr;
}

bool Groups::truthy(std::string_view name) const {
  const GroupValue* value = find(name);
  return value && !is_empty(*value);
}

void Groups::set(std::string_view name, std::optional<GroupValue> value) {
  auto it = locate(entries_, name);
  if (it == entries_.end()) {
    entries_.emplace_back(name, std::move(value));
  } else {
    it->second = std::move(value);
  }
}

bool Groups::pop(std::string_view name) {
  auto it = locate(entries_, name);
  if (it == entries_.end()) return false;
  bool was_truthy = it->second && !is_empty(*it->second);
  entries_.erase(it);
  return was_truthy;
}

void Groups::merge(const Groups& other, bool absent_too) {
  for (const auto& [name, value] : other.entries_) {
    if (value || (absent_too && locate(entries_, name) == entries_.end())) set(name, value);
  }
}

std::map<std::string, GroupValue> Groups::captured() const {
  std::map<std::string, GroupValue> result;
  for (const auto& [name, value] : entries_) {
    if (value) result.emplace(name, *value);
  }
  return result;
}

}  // namespace gaoler::filter
