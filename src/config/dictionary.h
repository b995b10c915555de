// Dictionary: libiniparser's store of "section:option" -> value, owned.
//
// It holds the bytes of all values of one file, or of what --dump-ini prints; order and origin are
// known beside it. A pointer it hands out stays valid until the same key is set again or the
// dictionary dies. It is searched from one end to the other: keep that out of inner loops.
#pragma once

#include <memory>
#include <string>

struct _dictionary_;

namespace gaoler::config {

class Dictionary {
 public:
  Dictionary();

  // The key of an option, or with an empty option of the section itself, as iniparser's functions
  // want it. The first colon ends the section: one within a name is escaped, so that no two names
  // share a key, and text() shows it again.
  static std::string key(std::string_view section, std::string_view option);

  // Copies both; the stored value. Throws std::bad_alloc when memory is out.
  const char* set(const std::string& key, const std::string& value);
  void add_section(const std::string& key);

  // The value, or nullptr.
  const char* get(const std::string& key) const;

  // As iniparser 4.1 writes it: [section] headers and "option = value" lines.
  std::string text() const;

 private:
  struct Deleter {
    void operator()(_dictionary_* table) const;
  };
  std::unique_ptr<_dictionary_, Deleter> table_;
};

}  // namespace gaoler::config
