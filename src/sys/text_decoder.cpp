#include "sys/text_decoder.h"

#include <algorithm>
#include <cerrno>
#include <iconv.h>
#include <utility>

#include "base/encoding_name.h"
#include "base/utf8.h"

namespace gaoler::sys {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

size_t unit_of(const std::string& plain) {
  if (plain.starts_with("utf16") || plain.starts_with("u16") || plain.starts_with("ucs2")) return 2;
  if (plain.starts_with("utf32") || plain.starts_with("u32") || plain.starts_with("ucs4")) return 4;
  return 1;
}

void* open_converter(const std::string& from) {
  const iconv_t converter = ::iconv_open("UTF-8", from.c_str());
  return converter == reinterpret_cast<iconv_t>(-1) ? nullptr : converter;
}

}  // namespace

TextDecoder::TextDecoder() = default;
TextDecoder::~TextDecoder() = default;
TextDecoder::TextDecoder(TextDecoder&&) noexcept = default;
TextDecoder& TextDecoder::operator=(TextDecoder&&) noexcept = default;

void TextDecoder::Close::operator()(void* converter) const {
  ::iconv_close(converter);
}

base::Result<TextDecoder> TextDecoder::make(const std::string& encoding) {
  TextDecoder decoder;
  const std::string plain = base::plain_encoding_name(encoding);
  if (plain != "auto") decoder.name_ = encoding;
  if (plain == "auto" || base::means_utf8(plain)) return decoder;
  decoder.unit_ = unit_of(plain);
  if (plain == "utf16" || plain == "utf32" || plain == "u16" || plain == "u32") {
    const std::string family = plain.ends_with("16") ? "UTF-16" : "UTF-32";
    decoder.little_.reset(open_converter(family + "LE"));
    decoder.big_.reset(open_converter(family + "BE"));
  } else {
    decoder.little_.reset(open_converter(encoding));
    if (!decoder.little_) decoder.little_.reset(open_converter(plain));
  }
  if (!decoder.little_) return base::Error{"unknown encoding: " + encoding};
  return decoder;
}

TextDecoder::Decoded TextDecoder::decode(std::string_view line, bool big_endian,
                                         std::string& room) {
  if (!little_) {
    if (base::is_utf8(line)) return {line, true};
    room = base::replace_invalid_utf8(line);
    return {room, false};
  }
  room.clear();
  bool clean = true;
  const iconv_t converter = big_ && big_endian ? big_.get() : little_.get();
  ::iconv(converter, nullptr, nullptr, nullptr, nullptr);
  char* in = const_cast<char*>(line.data());  // iconv's signature; it only reads
  size_t left = line.size();
  char buffer[4096];
  while (left > 0) {
    char* out = buffer;
    size_t space = sizeof buffer;
    const size_t result = ::iconv(converter, &in, &left, &out, &space);
    const int error = result == static_cast<size_t>(-1) ? errno : 0;
    room.append(buffer, sizeof buffer - space);
    if (error == 0 || error == E2BIG) continue;
    clean = false;
    room += kReplacement;
    const size_t bad = std::min(unit_, left);
    if (error == EINVAL) break;  // the line ends within a character
    in += bad;
    left -= bad;
  }
  std::string_view text = room;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return {text, clean};
}

}  // namespace gaoler::sys
