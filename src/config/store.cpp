#include "config/store.h"

#include "config/characters.h"

namespace gaoler::config {
namespace {

// Key prefixes in the dictionary; a real section name is never empty and never begins like the
// second.
constexpr std::string_view kDefaultsPrefix = "";
constexpr std::string_view kKnownPrefix = "\x1fknown/";

struct ConditionalName {
  std::string_view section;
  std::string_view condition;  // with its "?", empty if there is none
};

ConditionalName split_condition(std::string_view name) {
  size_t at = 0;
  while (size_t size = word_character_at(name, at)) at += size;
  bool conditional = at > 0 && at + 1 < name.size() && name[at] == '?';
  return conditional ? ConditionalName{name.substr(0, at), name.substr(at)}
                     : ConditionalName{name, {}};
}

}  // namespace

const StoredOption* StoredSection::find(std::string_view option) const {
  auto found = index_.find(option);
  return found == index_.end() ? nullptr : &options_[found->second];
}

void StoredSection::put(StoredOption option) {
  auto [known, is_new] = index_.try_emplace(option.name, options_.size());
  if (is_new) {
    options_.push_back(std::move(option));
  } else {
    options_[known->second] = std::move(option);
  }
}

void Store::merge(const IniFile& file) {
  for (const IniOption& option : file.defaults.options) {
    set(defaults_, kDefaultsPrefix, option.name, option.value,
        {&file, option.line, option.last_line});
  }
  for (const IniSection& section : file.sections) {
    auto [name, condition] = split_condition(section.name);
    bool was_there = index_.contains(name);
    StoredSection& target = section_or_new(name);
    if (was_there) known_.try_emplace(std::string(name), std::string(name));
    for (const IniOption& option : section.options) {
      std::string full_name = option.name + std::string(condition);
      if (was_there) remember(target, full_name);
      set(target, name, full_name, option.value, {&file, option.line, option.last_line});
    }
  }
}

void Store::remember(const StoredSection& section, const std::string& option) {
  const StoredOption* before = section.find(option);
  if (!before || !before->text) return;
  set(known_.find(section.name())->second, std::string(kKnownPrefix) + section.name(), option,
      std::string(*before->text), before->origin);
}

void Store::set(StoredSection& section, std::string_view key_prefix, std::string option,
                const std::string& text, Origin origin) {
  const char* stored = values_.set(Dictionary::key(key_prefix, option), text);
  section.put({std::move(option), std::string_view(stored, text.size()), origin});
}

void Store::overlay(std::string_view section, std::string_view option,
                    std::optional<std::string> text) {
  StoredOption laid{std::string(option), std::nullopt, {}};
  if (text) laid.text = overlaid_.emplace_back(std::move(*text));
  section_or_new(section).put(std::move(laid));
}

void Store::overlay_default(std::string_view option, std::string text) {
  defaults_.put({std::string(option), overlaid_.emplace_back(std::move(text)), {}});
}

const StoredSection* Store::section(std::string_view name) const {
  auto found = index_.find(name);
  return found == index_.end() ? nullptr : found->second;
}

const StoredSection* Store::known_before(std::string_view name) const {
  auto found = known_.find(name);
  return found == known_.end() ? nullptr : &found->second;
}

StoredSection& Store::section_or_new(std::string_view name) {
  auto found = index_.find(name);
  if (found != index_.end()) return *found->second;
  sections_.push_back(std::make_unique<StoredSection>(std::string(name)));
  return *index_.emplace(std::string(name), sections_.back().get()).first->second;
}

}  // namespace gaoler::config
