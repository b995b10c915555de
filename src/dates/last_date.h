// LastDate: the line before, by all that made its date what it is.
//
// Most lines of a log have their date at the same place, written the same way and in the same hour.
// Such a line is told from others by a comparison of a few blocks of bytes, and its time is the
// minute and second in it added to the hour. What fits would be found just so by a search; what
// does not fit may still be (the detector then searches). It knows bytes only: which template won
// and what is counted is the detector's. Of ASCII lines up to the end of the date. A plain value.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "dates/date_template.h"
#include "dates/fields.h"
#include "regex/pattern.h"

namespace gaoler::dates {

class LastDate {
 public:
  static constexpr size_t kBlock = 16;      // bytes compared at once
  static constexpr size_t kMaxBytes = 128;  // a date farther in the line is searched for

  // Nothing fits any more.
  void forget() { size_ = 0; }

  // Where the template found its last match: from a place on, in so many bytes of the line.
  struct Searched {
    size_t from = 0;
    size_t size = 0;
  };
  // Beside the match the same characters must stand again. Not every line can be learned.
  void learn(std::string_view line, Searched searched, const DateTemplate& used,
             const regex::Match& match, const Reading& reading);

  // Whether a search of this line would find the same template, place and hour, if the clock is in
  // even_hour().
  bool fits(std::string_view line) const;
  const ClockSpan& even_hour() const { return even_hour_; }
  // The time of a line that fits; nothing if it has a second 60.
  std::optional<base::UnixTime> time(std::string_view line) const;

 private:
  using Block [[gnu::vector_size(kBlock)]] = uint8_t;

  // One or two digits; none for a field that the date lacks.
  struct Number {
    size_t begin = 0;
    size_t count = 0;

    bool covers(size_t at) const { return at - begin < count; }
    int of(std::string_view line) const;
  };
  static std::optional<Number> number_at(std::string_view line, regex::Span span);

  bool block_fits(std::string_view line, size_t at) const;
  void allow(size_t at, uint8_t seen, const std::bitset<256>& allowed);

  size_t size_ = 0;  // bytes that are compared; 0: nothing fits
  // From the lowest on so many bytes more will do.
  std::array<uint8_t, kMaxBytes> lowest_{};
  std::array<uint8_t, kMaxBytes> more_{};
  Number minute_;
  Number second_;
  base::UnixTime hour_ = 0;  // the time at minute and second 0
  ClockSpan even_hour_;
};

}  // namespace gaoler::dates
