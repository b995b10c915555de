#include "dates/last_date.h"

#include <algorithm>
#include <cstring>

namespace gaoler::dates {
namespace {

constexpr int kMinute = 60;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const std::bitset<256> kAll = ~std::bitset<256>();
const std::bitset<256> kAscii = kAll >> 128;
const std::bitset<256> kDigits = std::bitset<256>(0x3ff) << '0';

bool is_in(regex::Span span, size_t at) {
  return span.participated() && at >= span.begin && at < span.end;
}

}  // namespace

void LastDate::learn(std::string_view line, Searched searched, const DateTemplate& used,
                     const regex::Match& match, const Reading& reading) {
  forget();
  const regex::Shape& shape = used.shape();
  const regex::Span all = match.groups[0];
  const size_t size = std::max({shape.asked_size(), all.end + 1, kBlock});
  if (size > kMaxBytes || size > line.size() || reading.even_hour == ClockSpan{}) return;
  if (!shape.fits(line.substr(0, searched.size), searched.from)) return;
  if (shape.asked_end() && searched.size == line.size()) return;
  const auto minute = number_at(line, used.field('M', match));
  const auto second = number_at(line, used.field('S', match));
  if (!minute || !second) return;
  minute_ = *minute;
  second_ = *second;
  const regex::Span fraction = used.field('f', match);

  for (size_t at = 0; at < size; ++at) {
    const auto seen = static_cast<uint8_t>(line[at]);
    const bool beside = at + 1 == all.begin || at == all.end;
    const bool inside = at >= all.begin && at < all.end;
    std::bitset<256> allowed = at < shape.asked_size() ? shape.allowed(at) : kAll;
    if (at <= all.end) allowed &= kAscii;
    if (minute->covers(at) || second->covers(at)) {
      allowed &= kDigits;
    } else if (beside || (inside && !is_in(fraction, at))) {
      allowed &= std::bitset<256>().set(seen);
    }
    if (!allowed[seen]) return;
    allow(at, seen, allowed);
  }
  size_ = size;
  hour_ = reading.time - minute_.of(line) * kMinute - second_.of(line);
  even_hour_ = reading.even_hour;
}

std::optional<base::UnixTime> LastDate::time(std::string_view line) const {
  const int minute = minute_.of(line);
  const int second = second_.of(line);
  if (minute >= kMinute || second >= kMinute) return std::nullopt;
  return hour_ + minute * kMinute + second;
}

std::optional<LastDate::Number> LastDate::number_at(std::string_view line, regex::Span span) {
  if (!span.participated()) return Number{};
  const std::string_view text = line.substr(span.begin, span.end - span.begin);
  if (text.empty() || text.size() > 2 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  return Number{span.begin, text.size()};
}

int LastDate::Number::of(std::string_view line) const {
  int value = 0;
  for (size_t at = begin; at < begin + count; ++at) value = value * 10 + (line[at] - '0');
  return value;
}

// The bytes around the one that was seen, as far as they are allowed: of one range only, because
// that is quick to ask.
void LastDate::allow(size_t at, uint8_t seen, const std::bitset<256>& allowed) {
  size_t lowest = seen, highest = seen;
  while (lowest > 0 && allowed[lowest - 1]) --lowest;
  while (highest < 0xff && allowed[highest + 1]) ++highest;
  lowest_[at] = static_cast<uint8_t>(lowest);
  more_[at] = static_cast<uint8_t>(highest - lowest);
}

bool LastDate::fits(std::string_view line) const {
  if (size_ == 0 || line.size() < size_) return false;
  for (size_t at = 0; at + kBlock < size_; at += kBlock) {
    if (!block_fits(line, at)) return false;
  }
  return block_fits(line, size_ - kBlock);
}

bool LastDate::block_fits(std::string_view line, size_t at) const {
  Block bytes, lowest, more;
  std::memcpy(&bytes, line.data() + at, kBlock);
  std::memcpy(&lowest, lowest_.data() + at, kBlock);
  std::memcpy(&more, more_.data() + at, kBlock);
  const auto beyond = (bytes - lowest) > more;
  std::array<uint64_t, 2> bits;
  static_assert(sizeof bits == sizeof beyond);
  std::memcpy(&bits, &beyond, sizeof bits);
  return (bits[0] | bits[1]) == 0;
}

}  // namespace gaoler::dates
