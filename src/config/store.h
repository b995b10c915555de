// Store: the merged options of one configuration (jail, fail2ban, filter.d/x, action.d/x), with
// order and origin.
//
// Files are merged in reading order, a later one overriding option by option. What an option was
// before the last file that set it is remembered for %(known/x)s. Option texts are raw:
// interpolation.h resolves them. Names and texts are the files' own, which must outlive the store;
// a pointer to an option ends with the next merge or overlay.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/ini_file.h"
#include "config/ordered_map.h"
#include "config/text_pool.h"

namespace gaoler::config {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct StoredOption {
  // Nothing: a value that is no text and can't be inserted into one.
  std::optional<std::string_view> text;
  Origin origin;
};
using StoredSection = OrderedMap<std::string_view, StoredOption>;

class Store {
 public:
  Store() = default;
  // The original's options, lent: it has to live longer.
  explicit Store(const Store& original);

  // Only "[name?condition]" sections are special: their options become "option?condition" of
  // [name].
  void merge(const IniFile& file);

  // Lays a value that comes from no file over a section, e.g. what a filter's options are known as
  // in a jail.
  void overlay(std::string_view section, std::string_view option,
               std::optional<std::string_view> text);
  void overlay_default(std::string_view option, std::string_view text);

  const StoredSection& defaults() const { return defaults_; }
  const StoredSection* section(std::string_view name) const;  // not [DEFAULT]
  // Earlier values, if two files had it.
  const StoredSection* known_before(std::string_view name) const;

  // All but [DEFAULT].
  const OrderedMap<std::string_view, std::unique_ptr<StoredSection>>& sections() const {
    return sections_;
  }

 private:
  StoredSection& section_or_new(std::string_view name);

  TextPool pool_;  // what no file says
  StoredSection defaults_;
  OrderedMap<std::string_view, std::unique_ptr<StoredSection>> sections_;
  OrderedMap<std::string_view, StoredSection> known_;
};

}  // namespace gaoler::config
