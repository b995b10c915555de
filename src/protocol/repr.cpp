#include "protocol/repr.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

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

std::string repr_items(const std::vector<Value>& items) {
  std::string out;
  for (const Value& item : items) {
    if (!out.empty()) out += ", ";
    out += repr(item);
  }
  return out;
}

std::string repr_dict(const Dict& dict) {
  std::string out;
  for (const auto& [key, value] : dict.items) {
    if (!out.empty()) out += ", ";
    out += repr(key) + ": " + repr(value);
  }
  return "{" + out + "}";
}

std::string repr_exception(const Exception& exception) {
  return exception.name + "(" + repr_items(arguments(exception).items) + ")";
}

struct ReprVisitor {
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(bool value) const { return value ? "True" : "False"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return repr_float(value); }
  std::string operator()(const std::string& text) const { return repr_text(text); }
  std::string operator()(const List& list) const { return repr(list); }
  std::string operator()(const Tuple& tuple) const { return repr(tuple); }
  std::string operator()(const Dict& dict) const { return repr_dict(dict); }
  std::string operator()(const Exception& exception) const { return repr_exception(exception); }
  std::string operator()(const Address& address) const { return repr_text(address.text); }
};

std::string str_os_error(const std::vector<Value>& args) {
  std::string out = "[Errno " + str(args[0]) + "] " + str(args[1]);
  if (args.size() == 3) out += ": " + repr(args[2]);
  return out;
}

}  // namespace

std::string repr_text(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  const auto is_plain = [quote](char c) { return c >= ' ' && c < 0x7f && c != quote && c != '\\'; };
  std::string out(1, quote);
  out.reserve(text.size() + 2);
  for (size_t at = 0; at < text.size();) {
    const auto end =
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_plain);
    const auto plain = static_cast<size_t>(end - text.begin()) - at;
    if (plain > 0) {
      out += text.substr(at, plain);
      at += plain;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.value == static_cast<char32_t>(quote) || point.value == '\\') {
      out += '\\';
      out += static_cast<char>(point.value);
    } else if (is_printable(point.value)) {
      out += text.substr(at, point.length);
    } else {
      append_escaped(out, point.value);
    }
    at += point.length;
  }
  return out += quote;
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

std::string repr(const List& list) {
  return "[" + repr_items(list.items) + "]";
}

std::string repr(const Tuple& tuple) {
  return "(" + repr_items(tuple.items) + (tuple.items.size() == 1 ? ",)" : ")");
}

std::string repr(const Value& value) {
  return std::visit(ReprVisitor{}, value.data());
}

Tuple arguments(const Exception& exception) {
  Tuple args{exception.args};
  if (is_os_error(exception)) args.items.resize(2);
  return args;
}

std::string str(const Exception& exception) {
  if (is_os_error(exception)) return str_os_error(exception.args);
  if (exception.args.empty()) return "";
  if (exception.args.size() > 1) return repr(Tuple{exception.args});
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
