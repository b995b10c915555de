#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace gaoler::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Sequence {
  size_t length;  // bytes that belong together, at least 1
  bool valid;
};

struct Lead {
  size_t continuations;
  uint8_t lowest;   // of the first continuation byte: keeps out overlong forms
  uint8_t highest;  // and surrogates, and what is above U+10FFFF
};

Lead lead_of(uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

Sequence sequence_at(std::string_view bytes, size_t at) {
  const auto first = static_cast<uint8_t>(bytes[at]);
  if (first < 0x80) return {1, true};
  const Lead lead = lead_of(first);
  if (lead.continuations == 0) return {1, false};
  for (size_t i = 1; i <= lead.continuations; ++i) {
    if (at + i >= bytes.size()) return {i, false};
    const auto next = static_cast<uint8_t>(bytes[at + i]);
    if (next < (i == 1 ? lead.lowest : 0x80) || next > (i == 1 ? lead.highest : 0xBF))
      return {i, false};
  }
  return {lead.continuations + 1, true};
}

// How many bytes from `at` on are plain ASCII, eight at a time.
size_t ascii_run(std::string_view bytes, size_t at) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  const size_t begin = at;
  uint64_t word = 0;
  while (at + sizeof word <= bytes.size()) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (word & kHighBits) break;
    at += sizeof word;
  }
  while (at < bytes.size() && static_cast<uint8_t>(bytes[at]) < 0x80) ++at;
  return at - begin;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  size_t at = ascii_run(bytes, 0);
  while (at < bytes.size()) {
    const Sequence sequence = sequence_at(bytes, at);
    if (!sequence.valid) return false;
    at += sequence.length;
    at += ascii_run(bytes, at);
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    const Sequence sequence = sequence_at(bytes, at);
    out += sequence.valid ? bytes.substr(at, sequence.length) : kReplacement;
    at += sequence.length;
  }
  return out;
}

}  // namespace gaoler::base
