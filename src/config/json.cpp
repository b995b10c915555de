#include "config/json.h"

#include <string_view>

namespace gaoler::config {
namespace {

void append_unit(std::string& out, unsigned unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[unit >> shift & 0xF];
}

// One character beyond ASCII at `at`, as UTF-16 escapes; where the next begins. The text is valid
// UTF-8.
size_t append_beyond_ascii(std::string& out, std::string_view text, size_t at) {
  auto byte = [&](size_t i) {
    return static_cast<unsigned char>(at + i < text.size() ? text[at + i] : 0);
  };
  size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  unsigned code = byte(0) & (0xFFu >> (size + 1));
  for (size_t i = 1; i < size; ++i) code = code << 6 | (byte(i) & 0x3Fu);
  if (code >= 0x10000) {
    append_unit(out, 0xD800 + ((code - 0x10000) >> 10));
    append_unit(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
  } else {
    append_unit(out, code);
  }
  return at + size;
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    unsigned char c = static_cast<unsigned char>(text[at]);
    if (c >= 0x80) {
      at = append_beyond_ascii(out, text, at);
      continue;
    }
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\b':
        out += "\\b";
        break;
      default:
        if (c < 0x20 || c == 0x7F) {
          append_unit(out, c);
        } else {
          out += static_cast<char>(c);
        }
    }
    ++at;
  }
  out += '"';
}

}  // namespace

std::string json_object(const Parameters& members) {
  std::string out = "{";
  for (const auto& [name, value] : members) {
    if (out.size() > 1) out += ", ";
    append_text(out, name);
    out += ": ";
    append_text(out, value);
  }
  return out + '}';
}

}  // namespace gaoler::config
