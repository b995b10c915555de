#include "config/dictionary.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dictionary.h>
#include <iniparser.h>
#include <new>

namespace gaoler::config {
namespace {

constexpr char kColonInName = '\x1f';

void append_name(std::string& key, std::string_view name) {
  size_t begin = key.size();
  key += name;
  std::replace(key.begin() + static_cast<std::ptrdiff_t>(begin), key.end(), ':', kColonInName);
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
  append_name(key, section);
  if (option.empty()) return key;
  key += ':';
  append_name(key, option);
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

std::string Dictionary::text() const {
  char* buffer = nullptr;
  size_t size = 0;
  FILE* stream = open_memstream(&buffer, &size);
  if (!stream) throw std::bad_alloc();
  iniparser_dump_ini(table_.get(), stream);
  std::fclose(stream);
  std::string text(buffer, size);
  std::free(buffer);
  return text;
}

}  // namespace gaoler::config
