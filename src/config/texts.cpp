#include "config/texts.h"

namespace gaoler::config {

const Texts::Item* Texts::item(std::string_view name) const {
  auto found = index_.find(name);
  return found == index_.end() ? nullptr : &items_[found->second];
}

const std::string* Texts::find(std::string_view name) const {
  const Item* found = item(name);
  return found && found->second ? &*found->second : nullptr;
}

void Texts::set(std::string name, std::optional<std::string> value) {
  auto [known, is_new] = index_.try_emplace(name, items_.size());
  if (is_new) {
    items_.emplace_back(std::move(name), std::move(value));
  } else {
    items_[known->second].second = std::move(value);
  }
}

void Texts::set_all(const Texts& others) {
  for (const auto& [name, value] : others.items_) set(name, value);
}

}  // namespace gaoler::config
