// Texts: option values by name, in order of first appearance. A name that is set again keeps its
// rank.
//
// "Nothing" as a value is not the same as a missing name: it is an option that is there without a
// usable value. Names and texts belong to somebody else who lives longer: files, a TextPool.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "config/ordered_map.h"

namespace gaoler::config {

class Texts {
 public:
  using Text = std::optional<std::string_view>;
  using Item = std::pair<std::string_view, Text>;

  const std::vector<Item>& items() const { return texts_.items(); }
  bool contains(std::string_view name) const { return texts_.contains(name); }

  // As it is; nullptr if there is no such name.
  const Text* value(std::string_view name) const { return texts_.find(name); }

  // Nothing if there is no such name or it has no text.
  Text find(std::string_view name) const {
    const Text* found = value(name);
    return found ? *found : std::nullopt;
  }

  void set(std::string_view name, Text text) { texts_.try_emplace(name).first = text; }
  void set_at(size_t rank, std::string_view text) { texts_.at_rank(rank) = text; }
  void set_all(const Texts& others) {
    for (const auto& [name, text] : others.items()) set(name, text);
  }

 private:
  OrderedMap<std::string_view, Text> texts_;
};

}  // namespace gaoler::config
