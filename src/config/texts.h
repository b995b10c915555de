// Texts: option values by name, in order of first appearance. A name that is set again keeps its
// rank.
//
// "Nothing" as a value is not the same as a missing name: it is an option that is there without a
// usable value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/store.h"

namespace gaoler::config {

class Texts {
 public:
  using Item = std::pair<std::string, std::optional<std::string>>;

  const std::vector<Item>& items() const { return items_; }
  bool empty() const { return items_.empty(); }
  bool contains(std::string_view name) const { return index_.contains(name); }

  const Item* item(std::string_view name) const;  // nullptr if there is no such name

  // The value, or nullptr if there is no such name or it has none.
  const std::string* find(std::string_view name) const;

  void set(std::string name, std::optional<std::string> value);
  void set_at(size_t rank, std::string value) { items_[rank].second = std::move(value); }
  void set_all(const Texts& others);

 private:
  std::vector<Item> items_;
  TextMap<size_t> index_;
};

}  // namespace gaoler::config
