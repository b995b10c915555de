#include "config/texts.h"

namespace gaoler::config {

const std::string* Texts::find(std::string_view name) const {
  auto found = index_.find(name);
  if (found == index_.end()) return nullptr;
  const std::optional<std::string>& value = items_[found->second].second;
  return value ? &*value : nullptr;
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
