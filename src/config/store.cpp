#include "config/store.h"

#include "config/conditional.h"

namespace gaoler::config {

Store::Store(const Store& original) : defaults_(original.defaults_), known_(original.known_) {
  for (const auto& [name, section] : original.sections_)
    sections_.try_emplace(name).first = std::make_unique<StoredSection>(*section);
}

void Store::merge(const IniFile& file) {
  auto stored = [&file](const IniOption& option) {
    return StoredOption{option.value, {&file, option.line, option.last_line}};
  };
  for (const auto& [name, option] : file.defaults.options)
    defaults_.try_emplace(name).first = stored(option);
  for (const auto& [section_name, section] : file.sections) {
    auto [name, condition] = split_condition(section_name);
    const bool was_there = sections_.contains(name);
    StoredSection& target = section_or_new(name);
    StoredSection* known = was_there ? &known_.try_emplace(name).first : nullptr;
    for (const auto& [option_name, option] : section.options) {
      std::string_view full_name =
          condition.empty() ? option_name : pool_.keep(option_name, condition);
      auto [value, is_new] = target.try_emplace(full_name);
      if (known && !is_new && value.text) known->try_emplace(full_name).first = value;
      value = stored(option);
    }
  }
}

void Store::overlay(std::string_view section, std::string_view option,
                    std::optional<std::string_view> text) {
  StoredOption laid;
  if (text) laid.text = pool_.keep(*text);
  section_or_new(section).try_emplace(pool_.keep(option)).first = laid;
}

void Store::overlay_default(std::string_view option, std::string_view text) {
  defaults_.try_emplace(pool_.keep(option)).first = {pool_.keep(text), {}};
}

const StoredSection* Store::section(std::string_view name) const {
  const auto* found = sections_.find(name);
  return found ? found->get() : nullptr;
}

const StoredSection* Store::known_before(std::string_view name) const {
  return known_.find(name);
}

StoredSection& Store::section_or_new(std::string_view name) {
  if (const auto* found = sections_.find(name)) return **found;
  auto section = std::make_unique<StoredSection>();
  return *(sections_.try_emplace(pool_.keep(name)).first = std::move(section));
}

}  // namespace gaoler::config
