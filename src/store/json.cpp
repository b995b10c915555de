#include "store/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace gaoler::store {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void append_utf8(std::string& out, uint32_t code) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// Bytes of the valid UTF-8 character at the start of text; 0 if there is none.
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    const bool out_of_range = (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) >= 0x90);
    return follows(1) && follows(2) && follows(3) && !out_of_range ? 4 : 0;
  }
  return 0;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  base::Result<Json> read() {
    Json json = value();
    skip_blanks();
    if (!error_ && at_ < text_.size()) fail("Extra data");
    if (error_) return base::Error{*error_};
    return json;
  }

 private:
  Json fail(const std::string& why) { return fail(why, at_); }
  // As Python's json says it, places counted in characters.
  Json fail(const std::string& why, size_t place) {
    if (!error_) {
      const std::string_view before = text_.substr(0, place);
      const size_t line_start = before.rfind('\n') + 1;  // 0 if there is none
      const auto lines = std::count(before.begin(), before.end(), '\n');
      error_ = why + ": line " + std::to_string(lines + 1) + " column " +
               std::to_string(characters(before.substr(line_start)) + 1) + " (char " +
               std::to_string(characters(before)) + ")";
    }
    at_ = text_.size();
    return {};
  }
  static size_t characters(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string::npos)
      ++at_;
  }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    skip_blanks();
    if (here() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Json value() {
    skip_blanks();
    if (depth_ == Json::kMaxDepth) return fail("Nested too deeply");
    ++depth_;
    Json json = value_here();
    --depth_;
    return json;
  }

  Json value_here() {
    if (here() == '{') return dict();
    if (here() == '[') return list();
    if (here() == '"') return Json{string()};
    if (take_word("null")) return {};
    if (take_word("true")) return Json{true};
    if (take_word("false")) return Json{false};
    return number();
  }

  Json dict() {
    ++at_;
    Json::Dict members;
    if (take('}')) return Json{std::move(members)};
    while (!error_) {
      skip_blanks();
      if (here() != '"') return fail("Expecting property name enclosed in double quotes");
      std::string key = string();
      if (!take(':')) return fail("Expecting ':' delimiter");
      members.emplace_back(std::move(key), value());
      if (take('}')) return Json{std::move(members)};
      if (!take(',')) return fail("Expecting ',' delimiter");
    }
    return {};
  }

  Json list() {
    ++at_;
    Json::List items;
    if (take(']')) return Json{std::move(items)};
    while (!error_) {
      items.push_back(value());
      if (take(']')) return Json{std::move(items)};
      if (!take(',')) return fail("Expecting ',' delimiter");
    }
    return {};
  }

  Json number() {
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    const bool digit_first = begin != end && (*begin == '-' || (*begin >= '0' && *begin <= '9'));
    if (!digit_first) return fail("Expecting value");
    int64_t whole = 0;
    const auto as_whole = std::from_chars(begin, end, whole);
    double real = 0;
    const auto as_real = std::from_chars(begin, end, real);
    if (as_real.ec != std::errc()) return fail("Expecting value");
    at_ += static_cast<size_t>(as_real.ptr - begin);
    if (as_whole.ec == std::errc() && as_whole.ptr == as_real.ptr) return Json{whole};
    return Json{real};
  }

  std::string string() {
    std::string out;
    const size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c < 0x20) return fail("Invalid control character at"), out;
      if (c == '\\') {
        ++at_;
        if (at_ == text_.size()) break;
        escape(out);
        continue;
      }
      const size_t length = utf8_length(text_.substr(at_));
      out += length == 0 ? kReplacement : text_.substr(at_, length);
      at_ += std::max<size_t>(length, 1);
    }
    if (at_ == text_.size()) return fail("Unterminated string starting at", begin), out;
    ++at_;
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const size_t known = at_ < text_.size() ? kNames.find(text_[at_]) : std::string_view::npos;
    if (known != std::string_view::npos) {
      out += kMeanings[known];
      ++at_;
      return;
    }
    const bool named = here() == 'u';
    const auto code = take_code();
    if (!code) {
      named ? fail("Invalid \\uXXXX escape") : fail("Invalid \\escape", at_ - 1);
      return;
    }
    append_code(out, *code);
  }

  // uXXXX behind a backslash.
  std::optional<uint32_t> take_code() {
    if (here() != 'u' || at_ + 5 > text_.size()) return std::nullopt;
    uint32_t code = 0;
    const char* begin = text_.data() + at_ + 1;
    if (std::from_chars(begin, begin + 4, code, 16).ptr != begin + 4) return std::nullopt;
    at_ += 5;
    return code;
  }

  void append_code(std::string& out, uint32_t code) {
    const bool high = code >= 0xD800 && code < 0xDC00;
    if (high && here() == '\\') {
      const size_t before = at_++;
      const auto low = take_code();
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        append_utf8(out, 0x10000 + ((code - 0xD800) << 10) + (*low - 0xDC00));
        return;
      }
      at_ = before;
    }
    if (code >= 0xD800 && code < 0xE000) {
      out += kReplacement;  // half a pair
    } else {
      append_utf8(out, code);
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  std::optional<std::string> error_;
};

void write_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const size_t length = utf8_length(text.substr(at));
    const size_t named = std::string_view("\"\\\n\r\t\f\b").find(text[at]);
    if (named != std::string_view::npos) {
      out += '\\';
      out += "\"\\nrtfb"[named];
    } else if (c < 0x20) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += length == 0 ? kReplacement : text.substr(at, length);
    }
    at += std::max<size_t>(length, 1);
  }
  out += '"';
}

struct Writer {
  std::string& out;

  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(int64_t value) const { out += std::to_string(value); }
  void operator()(double value) const {
    if (!std::isfinite(value)) {
      out += "null";
      return;
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    std::string text(buffer, end);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    out += text;
  }
  void operator()(const std::string& text) const { write_string(out, text); }
  void operator()(const Json::List& items) const {
    out += '[';
    for (size_t i = 0; i < items.size(); ++i) {
      if (i != 0) out += ", ";
      std::visit(*this, items[i].data);
    }
    out += ']';
  }
  void operator()(const Json::Dict& members) const {
    out += '{';
    for (size_t i = 0; i < members.size(); ++i) {
      if (i != 0) out += ", ";
      write_string(out, members[i].name);
      out += ": ";
      std::visit(*this, members[i].value.data);
    }
    out += '}';
  }
};

}  // namespace

// Not defaulted within the class: what a dictionary holds is not complete there yet.
bool operator==(const Json& a, const Json& b) {
  return a.data == b.data;
}

const Json* Json::find(std::string_view key) const {
  const Dict* members = get<Dict>();
  if (members == nullptr) return nullptr;
  for (auto member = members->rbegin(); member != members->rend(); ++member) {
    if (member->name == key) return &member->value;
  }
  return nullptr;
}

base::Result<Json> read_json(std::string_view text) {
  if (text.size() > Json::kMaxBytes) {
    return base::Error{"JSON longer than " + std::to_string(Json::kMaxBytes) + " bytes"};
  }
  return Reader(text).read();
}

std::string write_json(const Json& json) {
  std::string out;
  std::visit(Writer{out}, json.data);
  return out;
}

}  // namespace gaoler::store
