#include "base/encoding_name.h"

#include "base/text.h"

namespace gaoler::base {

std::string plain_encoding_name(std::string_view encoding) {
  std::string name = to_lower(encoding);
  std::erase_if(name, [](char c) { return c == '-' || c == '_' || c == ' '; });
  return name;
}

bool means_utf8(std::string_view plain) {
  return plain == "utf8" || plain == "u8" || plain == "cp65001" || plain == "utf8sig";
}

}  // namespace gaoler::base
