// Store: the merged options of one configuration (jail, fail2ban, filter.d/x, action.d/x), with
// order and origin.
//
// Files are merged in reading order, a later one overriding option by option. What an option was
// before the last file that set it is remembered for %(known/x)s. Option texts are raw:
// interpolation.h resolves them. Views it hands out stay valid until the same option is set again.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/dictionary.h"
#include "config/ini_file.h"

namespace gaoler::config {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct StoredOption {
  std::string name;
  std::optional<std::string_view>
      text;  // nothing: a value that is no text and can't be inserted into one
  Origin origin;
};

class StoredSection {
 public:
  explicit StoredSection(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  const std::vector<StoredOption>& options() const {
    return options_;
  }  // in order of first appearance
  const StoredOption* find(std::string_view option) const;
  void put(StoredOption option);  // a known one keeps its rank

 private:
  std::string name_;
  std::vector<StoredOption> options_;
  TextMap<size_t> index_;
};

class Store {
 public:
  // Only "[name?condition]" sections are special: their options become "option?condition" of
  // [name].
  void merge(const IniFile& file);

  // Lays a value that comes from no file over a section, e.g. what a filter's options are known as
  // in a jail.
  void overlay(std::string_view section, std::string_view option, std::optional<std::string> text);
  void overlay_default(std::string_view option, std::string text);

  const StoredSection& defaults() const { return defaults_; }
  const StoredSection* section(std::string_view name) const;  // not [DEFAULT]
  const StoredSection* known_before(
      std::string_view name) const;  // earlier values, if two files had it

  // In order of first appearance, without [DEFAULT].
  const std::vector<std::unique_ptr<StoredSection>>& sections() const { return sections_; }

 private:
  StoredSection& section_or_new(std::string_view name);
  void remember(const StoredSection& section, const std::string& option);
  void set(StoredSection& section, std::string_view key_prefix, std::string option,
           const std::string& text, Origin origin);

  Dictionary values_;
  std::deque<std::string> overlaid_;
  StoredSection defaults_{"DEFAULT"};
  std::vector<std::unique_ptr<StoredSection>> sections_;
  TextMap<StoredSection*> index_;
  TextMap<StoredSection> known_;
};

}  // namespace gaoler::config
