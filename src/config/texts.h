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

#include "config/ordered_map.h"

namespace gaoler::config {

class Texts {
 public:
  using Text = std::optional<std::string>;
  using Item = std::pair<std::string, Text>;

  const std::vector<Item>& items() const { return texts_.items(); }
  bool contains(std::string_view name) const { return texts_.contains(name); }

  // As it is; nullptr if there is no such name.
  const Text* value(std::string_view name) const { return texts_.find(name); }

  // The text, or nullptr if there is no such name or it has none.
  const std::string* find(std::string_view name) const {
    const Text* found = value(name);
    return found && *found ? &**found : nullptr;
  }

  void set(std::string name, Text text) {
    texts_.try_emplace(std::move(name)).first = std::move(text);
  }
  void set_at(size_t rank, std::string text) { texts_.at_rank(rank) = std::move(text); }
  void set_all(const Texts& others) {
    for (const auto& [name, text] : others.items()) set(name, text);
  }

 private:
  OrderedMap<std::string, Text> texts_;
};

}  // namespace gaoler::config
