#include "protocol/repr.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "protocol/unicode.h"

namespace gaoler::protocol {
namespace {

void append_hex(std::string& out, char32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out += "0123456789abcdef"[value >> shift & 0xf];
  }
}

void append_escaped(std::string& out, char32_t value) {
  if (value == '\n') {
    out += "\\n";
  } else if (value == '\r') {
    out += "\\r";
  } else if (value == '\t') {
    out += "\\t";
  } else if (value < 0x100) {
    append_hex(out += "\\x", value, 2);
  } else if (value < 0x10000) {
    append_hex(out += "\\u", value, 4);
  } else {
    append_hex(out += "\\U", value, 8);
  }
}

// OSError and its children say "[Errno 2] text: 'path'" of (errno, text, path).
bool is_os_error(const Exception& exception) {
  static constexpr std::array<std::string_view, 9> kNames{
      "OSError",           "FileNotFoundError", "PermissionError",        "FileExistsError",
      "TimeoutError",      "IsADirectoryError", "ConnectionRefusedError", "BrokenPipeError",
      "NotADirectoryError"};
  for (const std::string_view name : kNames) {
    if (exception.name == name) return exception.args.size() == 2 || exception.args.size() == 3;
  }
  return false;
}

// What prints as itself within quotes of either kind.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (unsigned char c = ' '; c <= '~'; ++c) plain[c] = c != '\'' && c != '"' && c != '\\';
  return plain;
}();
bool is_plain(char c) {
  return kPlain[static_cast<unsigned char>(c)];
}

void append_text(std::string& out, std::string_view text);
void append_value(std::string& out, const Value& value);

void append_items(std::string& out, const std::vector<Value>& items) {
  bool first = true;
  for (const Value& item : items) {
    if (!first) out += ", ";
    first = false;
    append_value(out, item);
  }
}

// Appends a value as repr() prints it.
struct Printer {
  std::string& out;

  void operator()(std::monostate) const { out += "None"; }
  void operator()(bool value) const { out += value ? "True" : "False"; }
  void operator()(int64_t value) const { out += std::to_string(value); }
  void operator()(double value) const { out += repr_float(value); }
  void operator()(const std::string& text) const { append_text(out, text); }
  void operator()(const Address& address) const { append_text(out, address.text); }
  void operator()(const List& list) const { print(list.items, '[', "]"); }
  void operator()(const Tuple& tuple) const {
    print(tuple.items, '(', tuple.items.size() == 1 ? ",)" : ")");
  }
  void operator()(const BoxedException& boxed) const {
    out += boxed.content->name;
    print(arguments(*boxed.content).items, '(', ")");
  }
  void operator()(const Dict& dict) const {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : dict.items) {
      if (!first) out += ", ";
      first = false;
      append_value(out, key);
      out += ": ";
      append_value(out, value);
    }
    out += '}';
  }

 private:
  void print(const std::vector<Value>& items, char opening, std::string_view closing) const {
    out += opening;
    append_items(out, items);
    out += closing;
  }
};

void append_text(std::string& out, std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  out += quote;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    while (at < text.size() && is_plain(text[at])) ++at;
    out.append(text, begin, at - begin);
    if (at == text.size()) break;
    const CodePoint point = code_point_at(text, at);
    if (point.value == static_cast<char32_t>(quote) || point.value == '\\') {
      out += '\\';
      out += static_cast<char>(point.value);
    } else if (is_printable(point.value)) {
      out.append(text, at, point.length);
    } else {
      append_escaped(out, point.value);
    }
    at += point.length;
  }
  out += quote;
}

void append_value(std::string& out, const Value& value) {
  std::visit(Printer{out}, value.data());
}

// A JSONDecodeError travels as message, document and place; what it says is made of them.
std::optional<std::string> json_error_text(const Exception& exception) {
  if (exception.name != "JSONDecodeError" || exception.args.size() != 3) return std::nullopt;
  const auto* document = exception.args[1].get<std::string>();
  const auto* place = exception.args[2].get<int64_t>();
  if (document == nullptr || place == nullptr || *place < 0) return std::nullopt;
  std::string_view before(*document);
  int64_t left = *place;
  size_t end = 0;
  while (end < before.size() && (left > 0 || (before[end] & 0xC0) == 0x80)) {
    if ((before[end++] & 0xC0) != 0x80) --left;
  }
  before = before.substr(0, end);
  const size_t line_start = before.rfind('\n') + 1;  // 0 if there is none
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const auto column = std::count_if(before.begin() + static_cast<ptrdiff_t>(line_start),
                                    before.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return str(exception.args[0]) + ": line " + std::to_string(lines + 1) + " column " +
         std::to_string(column + 1) + " (char " + std::to_string(*place) + ")";
}

// "invalid syntax (<string>, line 1)", made of the message and a tuple that tells the place.
std::optional<std::string> syntax_error_text(const Exception& exception) {
  if (exception.name != "SyntaxError" || exception.args.size() != 2) return std::nullopt;
  const auto* place = exception.args[1].get<Tuple>();
  if (place == nullptr || place->items.size() < 2) return std::nullopt;
  return str(exception.args[0]) + " (" + str(place->items[0]) + ", line " + str(place->items[1]) +
         ")";
}

std::string str_os_error(const std::vector<Value>& args) {
  std::string out = "[Errno " + str(args[0]) + "] " + str(args[1]);
  if (args.size() == 3) out += ": " + repr(args[2]);
  return out;
}

}  // namespace

std::string repr_text(std::string_view text) {
  std::string out;
  append_text(out, text);
  return out;
}

std::string repr_float(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  // Shortest digits first, then Python's choice between the two notations: exponents -4..15 are
  // written out.
  std::array<char, 32> buffer;
  const auto scientific = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                        std::chars_format::scientific);
  std::string out(buffer.data(), scientific.ptr);
  int exponent = 0;
  const char* digits = out.data() + out.find('e') + 1;
  if (*digits == '+') ++digits;
  std::from_chars(digits, out.data() + out.size(), exponent);
  if (exponent < -4 || exponent >= 16) return out;
  const auto fixed =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  out.assign(buffer.data(), fixed.ptr);
  return out.find('.') == std::string::npos ? out + ".0" : out;
}

std::string repr(const Value& value) {
  std::string out;
  append_value(out, value);
  return out;
}

std::string repr(const Command& command) {
  std::string out;
  append_repr(out, command);
  return out;
}

void append_repr(std::string& out, const Command& command) {
  out += '[';
  append_items(out, command);
  out += ']';
}

Tuple arguments(const Exception& exception) {
  Tuple args{exception.args};
  if (is_os_error(exception)) args.items.resize(2);
  if (auto text = json_error_text(exception)) args.items.assign(1, std::move(*text));
  return args;
}

std::string str(const Exception& exception) {
  if (is_os_error(exception)) return str_os_error(exception.args);
  if (auto text = json_error_text(exception)) return *text;
  if (auto text = syntax_error_text(exception)) return *text;
  if (exception.args.empty()) return "";
  if (exception.args.size() > 1) return repr(Value(Tuple{exception.args}));
  // A KeyError shows its key, so that KeyError('') is not an empty message.
  const bool shows_key = exception.name == "KeyError" || exception.name == "UnknownJailException";
  return shows_key ? repr(exception.args.front()) : str(exception.args.front());
}

std::string str(const Value& value) {
  if (const auto* text = value.get<std::string>()) return *text;
  if (const auto* address = value.get<Address>()) return address->text;
  if (const auto* exception = value.get<Exception>()) return str(*exception);
  return repr(value);
}

}  // namespace gaoler::protocol
