#include "config/conditional.h"

#include "config/characters.h"

namespace gaoler::config {

ConditionalName split_condition(std::string_view name) {
  const size_t mark = name.find('?');
  if (mark == 0 || mark == std::string_view::npos || mark + 1 == name.size()) return {name, {}};
  size_t at = 0;
  while (size_t size = word_character_at(name, at)) at += size;
  return at == mark ? ConditionalName{name.substr(0, at), name.substr(at)}
                    : ConditionalName{name, {}};
}

}  // namespace gaoler::config
