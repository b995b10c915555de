#include "config/characters.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <locale.h>
#include <memory>
#include <wctype.h>

namespace gaoler::config {
namespace {

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

struct Decoded {
  char32_t code = 0;
  size_t size = 0;  // bytes; 0 = not a character
};

Decoded decode_at(std::string_view text, size_t at) {
  unsigned char first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1};
  size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + size > text.size()) return {};
  char32_t code = first & (0xFFu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[at + i])) return {};
    code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, size};
}

void append_utf8(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

bool is_blank(char32_t code) {
  if (code < 0x80)
    return code == ' ' || (code >= 9 && code <= 13) || (code >= 0x1C && code <= 0x1F);
  return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
         code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

// Letters beyond ASCII are libc's knowledge; its own UTF-8 locale, so that the user's does not
// matter.
class UnicodeTables {
 public:
  UnicodeTables() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  UnicodeTables(const UnicodeTables&) = delete;
  UnicodeTables& operator=(const UnicodeTables&) = delete;
  ~UnicodeTables() {
    if (locale_) freelocale(locale_);
  }
  bool is_alnum(char32_t code) const { return locale_ && iswalnum_l(wint_t{code}, locale_); }
  char32_t lower(char32_t code) const { return locale_ ? towlower_l(wint_t{code}, locale_) : code; }

 private:
  locale_t locale_;
};

const UnicodeTables& tables() {
  static const UnicodeTables instance;
  return instance;
}

std::string lower_beyond_ascii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    Decoded next = decode_at(text, at);
    if (next.size > 1) {
      append_utf8(out, tables().lower(next.code));
    } else {
      out += text[at];
    }
    at += std::max<size_t>(next.size, 1);
  }
  return out;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (uint64_t next = 0; at + sizeof next <= text.size()) {
      std::memcpy(&next, text.data() + at, sizeof next);
      if ((next & 0x8080808080808080u) == 0) {  // all of them ASCII
        at += sizeof next;
        continue;
      }
    }
    size_t size = is_ascii(text[at]) ? 1 : decode_at(text, at).size;
    if (size == 0) return false;
    at += size;
  }
  return true;
}

size_t blank_at(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  Decoded next = decode_at(text, at);
  return next.size > 0 && is_blank(next.code) ? next.size : 0;
}

size_t blank_before(std::string_view text, size_t end) {
  if (end == 0) return 0;
  size_t begin = end - 1;
  while (begin > 0 && end - begin < 4 && is_continuation(text[begin])) --begin;
  size_t size = blank_at(text.substr(0, end), begin);
  return begin + size == end ? size : 0;
}

size_t word_character_at(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  if (is_ascii(text[at])) {
    char c = text[at];
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  Decoded next = decode_at(text, at);
  return next.size > 0 && tables().is_alnum(next.code) ? next.size : 0;
}

size_t skip_blanks(std::string_view text, size_t at) {
  while (size_t size = blank_at(text, at)) at += size;
  return at;
}

std::string_view strip_left(std::string_view text) {
  return text.substr(skip_blanks(text, 0));
}

std::string_view strip_right(std::string_view text) {
  size_t end = text.size();
  while (size_t size = blank_before(text, end)) end -= size;
  return text.substr(0, end);
}

std::string_view strip(std::string_view text) {
  return strip_left(strip_right(text));
}

std::string lower(std::string_view text) {
  std::string out(text);
  bool all_ascii = true;
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    all_ascii = all_ascii && is_ascii(c);
  }
  return all_ascii ? out : lower_beyond_ascii(out);
}

bool is_lower(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_ascii(c) && (c < 'A' || c > 'Z'); });
}

size_t length(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::string_view first_characters(std::string_view text, size_t count) {
  size_t at = 0;
  while (at < text.size() && count > 0) {
    ++at;
    while (at < text.size() && is_continuation(text[at])) ++at;
    --count;
  }
  return text.substr(0, at);
}

}  // namespace gaoler::config
