#include "dates/fields.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace gaoler::dates {
namespace {

constexpr std::string_view kLetters = "yYmBbdHIpMSfaAwjUWzZ";
constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
constexpr size_t kShortName = 3;
constexpr WallSeconds kHourSeconds = 60 * 60;

struct Parts {
  std::optional<int> year, month, day, weekday, day_of_year, week, offset;
  bool week_from_monday = false;
  int hour = 0, minute = 0, second = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// As Python's int(): blanks around and a sign are accepted, a group of the user's may hold them.
std::optional<int> number(std::string_view text) {
  if (text.size() == 2 && is_digit(text[0]) && is_digit(text[1])) {
    return (text[0] - '0') * 10 + text[1] - '0';
  }
  text = base::trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 8 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  int value = 0;
  for (const char digit : text) value = value * 10 + digit - '0';
  return negative ? -value : value;
}

template <size_t N>
std::optional<int> index_of(std::string_view text, const std::array<std::string_view, N>& names,
                            size_t length = std::string_view::npos) {
  for (size_t i = 0; i < N; ++i) {
    if (base::equals_ignoring_case(text, names[i].substr(0, length))) return static_cast<int>(i);
  }
  return std::nullopt;
}

template <class Number>
bool put(Number& place, std::optional<int> value, int shift = 0) {
  if (!value) return false;
  place = *value + shift;
  return true;
}

bool put_year_of_two_digits(Parts& parts, std::optional<int> value) {
  return put(parts.year, value, value && *value <= 2000 ? 2000 : 0);
}

bool put_hour_of_twelve(Parts& parts, std::optional<int> value, std::string_view half) {
  if (!put(parts.hour, value)) return false;
  if (half.empty() || base::equals_ignoring_case(half, "am")) {
    if (parts.hour == 12) parts.hour = 0;
  } else if (base::equals_ignoring_case(half, "pm") && parts.hour != 12) {
    parts.hour += 12;
  }
  return true;
}

bool put_week(Parts& parts, std::optional<int> value, bool from_monday) {
  parts.week_from_monday = from_monday;
  return put(parts.week, value);
}

// False when the text does not mean what its field needs.
bool read_field(const Field& field, std::string_view half_of_day, Parts& parts) {
  const std::string_view text = field.text;
  switch (field.letter) {
    case 'y':
      return put_year_of_two_digits(parts, number(text));
    case 'Y':
      return put(parts.year, number(text));
    case 'm':
      return put(parts.month, number(text));
    case 'B':
      return put(parts.month, index_of(text, kMonths), 1);
    case 'b':
      return put(parts.month, index_of(text, kMonths, kShortName), 1);
    case 'd':
      return put(parts.day, number(text));
    case 'H':
      return put(parts.hour, number(text));
    case 'I':
      return put_hour_of_twelve(parts, number(text), half_of_day);
    case 'M':
      return put(parts.minute, number(text));
    case 'S':
      return put(parts.second, number(text));
    case 'A':
      return put(parts.weekday, index_of(text, kWeekdays));
    case 'a':
      return put(parts.weekday, index_of(text, kWeekdays, kShortName));
    case 'w':  // 0 is Sunday
      if (!put(parts.weekday, number(text), -1)) return false;
      if (*parts.weekday < 0) parts.weekday = 6;
      return true;
    case 'j':
      return put(parts.day_of_year, number(text));
    case 'U':
    case 'W':
      return put_week(parts, number(text), field.letter == 'W');
    case 'z':
    case 'Z':
      return put(parts.offset, zone_offset(text));
    default:  // p goes with I, fractions count for nothing
      return true;
  }
}

std::optional<Parts> read_fields(const std::vector<Field>& fields) {
  Parts parts;
  const auto half = std::find_if(fields.begin(), fields.end(),
                                 [](const Field& field) { return field.letter == 'p'; });
  const std::string_view half_of_day = half == fields.end() ? std::string_view() : half->text;
  for (const Field& field : fields) {
    if (!read_field(field, half_of_day, parts)) return std::nullopt;
  }
  return parts;
}

// The day of the year, when that or a week with a weekday is what the text says, as month and day.
bool settle_day_of_year(Parts& parts) {
  if (parts.month && parts.day) return true;
  if (!parts.day_of_year && parts.week && parts.weekday) {
    parts.day_of_year =
        day_of_year(*parts.year, *parts.week, *parts.weekday, parts.week_from_monday);
  }
  if (!parts.day_of_year) return true;
  if (*parts.year < 1 || *parts.year > 9999) return false;
  const Civil civil =
      to_civil((days_before(*parts.year, 1, 1) + *parts.day_of_year - 1) * kDaySeconds);
  parts.year = civil.year;
  parts.month = civil.month;
  parts.day = civil.day;
  return true;
}

}  // namespace

bool is_field(std::string_view group_name) {
  return group_name.size() == 1 && kLetters.find(group_name[0]) != std::string_view::npos;
}

std::optional<Reading> read(const std::vector<Field>& fields, const TimeContext& context) {
  std::optional<Parts> parts = read_fields(fields);
  if (!parts) return std::nullopt;
  const bool without_year = !parts->year;
  const bool by_clock = without_year || (!parts->month && !parts->day);
  WallSeconds now = 0;
  Civil today;
  if (by_clock) {
    now = context.local.wall_at(context.now);
    today = to_civil(now);
  }
  if (without_year) parts->year = today.year;
  if (!settle_day_of_year(*parts)) return std::nullopt;
  const bool without_date = !parts->month && !parts->day;
  if (without_date) {
    parts->month = today.month;
    parts->day = today.day;
  }
  if (!parts->month || !parts->day) return std::nullopt;

  Civil civil{*parts->year, *parts->month, *parts->day, parts->hour, parts->minute, parts->second};
  std::optional<WallSeconds> wall = to_wall(civil);
  if (!wall) return std::nullopt;
  const std::optional<int> offset = parts->offset ? parts->offset : context.default_offset;
  // From here a time with an offset is UTC's wall time. fail2ban compares even that with the local
  // clock below; so do we.
  if (offset) *wall -= *offset;
  const WallSeconds hour_end = *wall - parts->minute * 60 - parts->second + kHourSeconds;
  if (without_date && *wall > now) *wall -= kDaySeconds;
  if (without_year && *wall > now + kDaySeconds) {
    Civil shifted = to_civil(*wall);  // the offset may have moved it into another day
    shifted.year = civil.year - 1;
    shifted.month = civil.month;
    shifted.day = civil.day;
    wall = to_wall(shifted);
    if (!wall) return std::nullopt;
  }
  Reading reading;
  if (offset) {
    reading.time = static_cast<base::UnixTime>(*wall);
  } else {
    const std::optional<base::UnixTime> time = context.local.to_unix(*wall);
    if (!time) return std::nullopt;
    reading.time = *time;
  }
  if (!offset && !context.local.is_even_hour(*wall)) return reading;
  reading.even_hour = ClockSpan::always();
  if (by_clock) {
    // Today, and late enough for the whole hour to be in the past or near.
    const WallSeconds midnight = now - ((now % kDaySeconds) + kDaySeconds) % kDaySeconds;
    const WallSeconds reached = hour_end - (without_date ? 0 : kDaySeconds);
    const ClockSpan span{std::max(midnight, reached), midnight + kDaySeconds};
    reading.even_hour = span.holds(now) ? span : ClockSpan{};
  }
  return reading;
}

}  // namespace gaoler::dates
