// OrderedMap: values by name, in order of first appearance. A name that is set again keeps its
// rank; nothing is ever removed.
//
// Name is std::string, or std::string_view where somebody else owns the texts. References to values
// end with the next new name. Few names are searched one by one; for many there is an index of
// ranks, one block of memory, because most of these maps are small, many and short-lived.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace gaoler::config {

template <class Name, class T>
class OrderedMap {
 public:
  using Item = std::pair<Name, T>;

  const std::vector<Item>& items() const { return items_; }
  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

  T& at_rank(size_t rank) { return items_[rank].second; }
  const T& at_rank(size_t rank) const { return items_[rank].second; }

  bool contains(std::string_view name) const { return rank_of(name) != kNone; }

  // nullptr if there is no such name.
  const T* find(std::string_view name) const {
    const size_t rank = rank_of(name);
    return rank == kNone ? nullptr : &items_[rank].second;
  }
  T* find(std::string_view name) {
    const size_t rank = rank_of(name);
    return rank == kNone ? nullptr : &items_[rank].second;
  }

  // The value of a name, and whether it was made for it now.
  std::pair<T&, bool> try_emplace(Name name) {
    const size_t rank = rank_of(name);
    if (rank != kNone) return {items_[rank].second, false};
    if (items_.empty()) items_.reserve(kFew / 2);
    items_.emplace_back(std::move(name), T());
    index_last();
    return {items_.back().second, true};
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);
  static constexpr size_t kFew = 16;

  size_t rank_of(std::string_view name) const {
    if (slots_.empty()) {
      for (size_t rank = 0; rank < items_.size(); ++rank) {
        if (items_[rank].first == name) return rank;
      }
      return kNone;
    }
    for (size_t slot = first_slot(name); slots_[slot] != 0; slot = next_slot(slot)) {
      const size_t rank = slots_[slot] - 1;
      if (items_[rank].first == name) return rank;
    }
    return kNone;
  }

  // Eight bytes at a time: names are short, and nobody gains by making them collide.
  size_t first_slot(std::string_view name) const {
    uint64_t hash = name.size();
    const auto add = [&hash](uint64_t part) {
      hash = (hash ^ part) * 0x9E3779B97F4A7C15u;
      hash ^= hash >> 32;
    };
    size_t at = 0;
    for (uint64_t part = 0; at + sizeof part <= name.size(); at += sizeof part) {
      std::memcpy(&part, name.data() + at, sizeof part);
      add(part);
    }
    uint64_t rest = 0;
    for (; at < name.size(); ++at) rest = rest << 8 | static_cast<unsigned char>(name[at]);
    add(rest);
    return hash & (slots_.size() - 1);
  }
  size_t next_slot(size_t slot) const { return (slot + 1) & (slots_.size() - 1); }

  void index_last() {
    if (items_.size() <= kFew) return;
    if (2 * items_.size() <= slots_.size()) return index(items_.size() - 1);
    slots_.assign(slots_.empty() ? 4 * kFew : 4 * slots_.size(), 0);
    for (size_t rank = 0; rank < items_.size(); ++rank) index(rank);
  }

  void index(size_t rank) {
    size_t slot = first_slot(items_[rank].first);
    while (slots_[slot] != 0) slot = next_slot(slot);
    slots_[slot] = static_cast<uint32_t>(rank + 1);
  }

  std::vector<Item> items_;
  std::vector<uint32_t> slots_;  // rank + 1, 0 = free; a power of two, at most half full
};

}  // namespace gaoler::config
