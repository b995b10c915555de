#include "config/dictionary.h"

#include <algorithm>
#include <cstring>
#include <dictionary.h>
#include <new>
#include <sys/types.h>

namespace gaoler::config {
namespace {

constexpr char kEscape = '\x1f';
constexpr char kColon = '.';  // behind an escape; another escape stands for itself

void append_escaped(std::string& key, std::string_view name) {
  for (char c : name) {
    if (c == ':' || c == kEscape) key += kEscape;
    key += c == ':' ? kColon : c;
  }
}

std::string unescaped(std::string_view key) {
  std::string name;
  for (size_t at = 0; at < key.size(); ++at) {
    const bool escaped = key[at] == kEscape && ++at < key.size();
    name += escaped && key[at] == kColon ? ':' : key[at];
  }
  return name;
}

void append_section(std::string& text, const _dictionary_& table, std::string_view section) {
  constexpr size_t kNameWidth = 30;
  const std::string start = std::string(section) + ':';
  text.append("\n[").append(unescaped(section)).append("]\n");
  for (ssize_t i = 0; i < static_cast<ssize_t>(table.size); ++i) {
    if (table.key[i] == nullptr || !std::string_view(table.key[i]).starts_with(start)) continue;
    std::string name = unescaped(table.key[i] + start.size());
    name.resize(std::max(name.size(), kNameWidth), ' ');
    text.append(name).append(" = ").append(table.val[i] ? table.val[i] : "").append("\n");
  }
  text += '\n';
}

}  // namespace

void Dictionary::Deleter::operator()(_dictionary_* table) const {
  dictionary_del(table);
}

Dictionary::Dictionary() : table_(dictionary_new(0)) {
  if (!table_) throw std::bad_alloc();
}

std::string Dictionary::key(std::string_view section, std::string_view option) {
  std::string key;
  key.reserve(section.size() + option.size() + 1);
  append_escaped(key, section);
  if (option.empty()) return key;
  key += ':';
  append_escaped(key, option);
  return key;
}

const char* Dictionary::set(const std::string& key, const std::string& value) {
  if (dictionary_set(table_.get(), key.c_str(), value.c_str()) != 0) throw std::bad_alloc();
  return get(key);
}

void Dictionary::add_section(const std::string& key) {
  if (dictionary_set(table_.get(), key.c_str(), nullptr) != 0) throw std::bad_alloc();
}

const char* Dictionary::get(const std::string& key) const {
  return dictionary_get(table_.get(), key.c_str(), nullptr);
}

// In iniparser_dump_ini's layout, but not by it: from 4.2 on it puts values into quotes, which no
// reader of these files takes off.
std::string Dictionary::text() const {
  std::string text;
  for (ssize_t i = 0; i < static_cast<ssize_t>(table_->size); ++i) {
    const char* key = table_->key[i];
    if (key != nullptr && std::strchr(key, ':') == nullptr) append_section(text, *table_, key);
  }
  return text += '\n';
}

}  // namespace gaoler::config
