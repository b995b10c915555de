#include "protocol/pickle_scalars.h"

#include <charconv>

#include "base/text.h"
#include "protocol/repr.h"
#include "protocol/unicode.h"

namespace gaoler::protocol {
namespace {

char32_t parse_hex(std::string_view digits) {
  uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  if (error != std::errc() || stop != end || digits.empty() || value > 0x10ffff) {
    throw Malformed{"bad escape in a string"};
  }
  return value;
}

}  // namespace

std::string_view PickleReader::line() {
  const size_t end = rest_.find('\n');
  if (end == std::string_view::npos) throw Malformed{kTruncated};
  const std::string_view taken = take(end);
  take(1);
  return taken;
}

int64_t parse_integer(std::string_view digits) {
  int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error == std::errc::result_out_of_range) throw Malformed{"integer of more than 64 bits"};
  if (error != std::errc() || stop != end) {
    throw Malformed{"invalid literal for int() with base 10: " + repr_text(digits)};
  }
  return value;
}

int64_t parse_long(std::string_view bytes) {
  const bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
  uint64_t value = negative ? ~uint64_t{0} : 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    if (i >= 8 && byte != (negative ? 0xff : 0)) throw Malformed{"integer of more than 64 bits"};
    if (i >= 8) continue;
    const int shift = static_cast<int>(8 * i);
    value = (value & ~(uint64_t{0xff} << shift)) | uint64_t{byte} << shift;
  }
  const auto result = static_cast<int64_t>(value);
  if ((result < 0) != negative) throw Malformed{"integer of more than 64 bits"};
  return result;
}

double parse_float(std::string_view digits) {
  double value = 0;
  const char* end = digits.data() + digits.size();
  const char* begin = digits.data() + (digits.starts_with('+') ? 1 : 0);
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) {
    throw Malformed{"could not convert string to float: " + repr_text(digits)};
  }
  return value;
}

std::string from_wire(std::string_view wire) {
  std::string text;
  if (!unescape_bytes(wire, text))
    throw Malformed{"'utf-8' codec can't decode the bytes of a string"};
  return text;
}

std::string ascii(std::string_view bytes) {
  for (const char byte : bytes) {
    if ((byte & 0x80) != 0) throw Malformed{"'ascii' codec can't decode the bytes of a string"};
  }
  return std::string(bytes);
}

std::string parse_string_literal(std::string_view text) {
  text = base::trim_right(text);
  if (text.size() < 2 || text.front() != text.back() || (text[0] != '\'' && text[0] != '"')) {
    throw Malformed{"the STRING opcode argument must be quoted"};
  }
  text = text.substr(1, text.size() - 2);
  constexpr std::string_view kLetters = "nrtabfv\\'\"";
  constexpr std::string_view kMeanings = "\n\r\t\a\b\f\v\\'\"";
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    if (++at == text.size()) throw Malformed{"bad escape in a string"};
    const size_t letter = kLetters.find(text[at]);
    if (letter != std::string_view::npos) {
      out += kMeanings[letter];
    } else if (text[at] == 'x' && text.size() - at > 2) {
      out += static_cast<char>(parse_hex(text.substr(at + 1, 2)));
      at += 2;
    } else {
      throw Malformed{"bad escape in a string"};
    }
  }
  return ascii(out);
}

std::string parse_raw_unicode(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const size_t digits = rest.starts_with("\\u") ? 4 : rest.starts_with("\\U") ? 8 : 0;
    if (digits == 0) {
      append_utf8(out, static_cast<uint8_t>(text[at++]));
      continue;
    }
    if (rest.size() < 2 + digits) throw Malformed{"bad escape in a string"};
    append_utf8(out, parse_hex(rest.substr(2, digits)));
    at += 2 + digits;
  }
  return from_wire(out);
}

}  // namespace gaoler::protocol
