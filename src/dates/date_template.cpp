#include "dates/date_template.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "dates/directive.h"
#include "regex/parser.h"

namespace gaoler::dates {
namespace {

constexpr std::string_view kUnbound = "{UNB}";
constexpr std::string_view kLineBegin = "{^LN-BEG}";
constexpr std::string_view kNone = "{NONE}";
constexpr std::string_view kAnyDecade = "20[0-9]";  // stands in until the year is known

constexpr std::string_view kEpoch = R"(\d{10,11}\b(?:\.\d{3,6})?)";
constexpr std::string_view kLongEpoch = R"(\d{10,11}(?:\d{3}(?:\.\d{1,6}|\d{3})?)?)";
// Outside of patterns an epoch stands where logs have it: first in the line, in brackets, or in the
// kernel's "audit(...".
constexpr std::string_view kEpochPlaces = R"((?:^|(?<=^\[)|(?<=\baudit\()))";

std::string key_of(std::string_view line) {
  return line.find('%') == std::string_view::npos ? base::to_upper(line) : std::string(line);
}

bool is_word_at_line_begin(std::string_view key, std::string_view word) {
  return key == std::string(kLineBegin) + std::string(word) || key == "^" + std::string(word);
}

// The place of {EPOCH} or {LEPOCH} in any case, not escaped; empty at the end if there is none.
std::string_view find_epoch_mark(std::string_view line, size_t from) {
  const std::string upper = base::to_upper(line);
  for (size_t at = upper.find('{', from); at != std::string::npos; at = upper.find('{', at + 1)) {
    if (at > 0 && line[at - 1] == '\\') continue;
    for (const std::string_view mark : {"{EPOCH}", "{LEPOCH}"}) {
      if (upper.compare(at, mark.size(), mark) == 0) return line.substr(at, mark.size());
    }
  }
  return line.substr(line.size());
}

}  // namespace

base::Result<DateTemplate> DateTemplate::from_line(std::string_view line) {
  const std::string key = key_of(line);
  DateTemplate made;
  const bool in_text = !find_epoch_mark(line, 0).empty();
  for (const std::string_view word : {"EPOCH", "LEPOCH"}) {
    if ((in_text && key.find(word) != std::string::npos) || key == word ||
        is_word_at_line_begin(key, word)) {
      made.make_epoch(line, key);
      return made;
    }
  }
  if (key == "TAI64N" || is_word_at_line_begin(key, "TAI64N")) {
    made.make_tai64n(key != "TAI64N");
    return made;
  }
  made.pattern_ = key == kNone ? "{UNB}^" : std::string(line);
  const base::Result<void> expanded = made.expand(kAnyDecade);
  if (!expanded) return expanded.error();
  return made;
}

base::Result<void> DateTemplate::expand(std::string_view decades) {
  std::string_view text = pattern_;
  Boundaries boundaries;
  if (text.starts_with(kUnbound)) {
    text.remove_prefix(kUnbound.size());
    boundaries = {Boundaries::Begin::none, false};
  } else if (text.starts_with(kLineBegin)) {
    text.remove_prefix(kLineBegin.size());
    boundaries.begin = Boundaries::Begin::line;
  }
  base::Result<Expansion> expansion = expand_directives(text, decades);
  if (!expansion) {
    return base::Error{
        "Failed to set datepattern '" + std::string(text) +
        "' (may be an invalid format or unescaped percent char): " + expansion.error().message};
  }
  name_ = expansion->name;
  bounded_ =
      put_boundaries((has_letters_directive(text) ? "(?iu)" : "") + expansion->regex, boundaries);
  name_line_begin();
  return {};
}

void DateTemplate::name_line_begin() {
  if (bounded_.moved_to_line_begin && !name_.starts_with(kLineBegin)) {
    name_ = std::string(kLineBegin) + name_;
  }
}

void DateTemplate::make_epoch(std::string_view line, std::string_view key) {
  const bool is_long = key.find("LEPOCH") != std::string_view::npos;
  const std::string digits(is_long ? kLongEpoch : kEpoch);
  kind_ = is_long ? Kind::long_epoch : Kind::epoch;
  name_ = is_long ? "LongEpoch" : "Epoch";
  if (key == "EPOCH" || key == "LEPOCH") {
    bounded_ = put_boundaries("(" + std::string(kEpochPlaces) + digits + ")",
                              {Boundaries::Begin::none, true});
    return;
  }
  if (find_epoch_mark(line, 0).empty()) {
    bounded_ = put_boundaries("(" + digits + ")", {Boundaries::Begin::line, true});
    name_line_begin();
    return;
  }
  name_ = line;
  value_group_ = 2;  // group 1 is what is cut out: the user's, or all
  std::string regex;
  for (size_t at = 0; at <= line.size();) {
    const std::string_view mark = find_epoch_mark(line, at);
    const auto begin = static_cast<size_t>(mark.data() - line.data());
    regex += line.substr(at, begin - at);
    if (mark.empty()) break;
    regex += "(" + digits + ")";
    at = begin + mark.size();
  }
  if (lacks_group(line)) regex = "(" + regex + ")";
  bounded_ = put_boundaries(regex, {});
}

void DateTemplate::make_tai64n(bool line_begin) {
  kind_ = Kind::tai64n;
  name_ = "TAI64N";
  bounded_ = put_boundaries("@[0-9a-f]{24}",
                            {line_begin ? Boundaries::Begin::line : Boundaries::Begin::none, true});
  name_line_begin();
}

base::Result<void> DateTemplate::check() const {
  const base::Result<regex::Pattern> compiled = regex::Pattern::compile(bounded_.regex);
  if (compiled) return {};
  return base::Error{"Failed to set datepattern '" + (pattern_.empty() ? name_ : pattern_) +
                     "': " + compiled.error().message};
}

void DateTemplate::compile(base::UnixTime now) {
  compiled_ = true;
  if (kind_ == Kind::fields) {
    const auto today = static_cast<WallSeconds>(std::floor(now));
    (void)expand(decades_around(to_civil(today).year));
  }
  const base::Result<regex::Syntax> syntax = regex::parse(bounded_.regex, {});
  if (!syntax) return;  // check() has told
  if (std::optional<regex::Scanner> scanner = regex::Scanner::make(*syntax)) {
    scanner_ = std::make_shared<const regex::Scanner>(std::move(*scanner));
  }
  for (const auto& [name, group] : syntax->names) {
    if (is_field(name)) groups_.emplace_back(name[0], group);
  }
}

bool DateTemplate::search(std::string_view line, size_t from, base::UnixTime now,
                          regex::Match& match) {
  if (shortcuts_ && shape_.fits(line, from)) {
    shape_.was_of_use();
    match.groups = shape_.groups();
    return true;
  }
  if (!compiled_) compile(now);
  // A line that takes too many steps has no such date: all templates are asked about each line.
  const regex::Outcome outcome =
      scanner_ ? scanner_->search(line, from, kMaxDateBegin, match.groups, shape_)
               : search_by_regex(line, from, match);
  return outcome == regex::Outcome::matched;
}

regex::Outcome DateTemplate::search_by_regex(std::string_view line, size_t from,
                                             regex::Match& match) {
  if (!regex_) {
    base::Result<regex::Pattern> compiled = regex::Pattern::compile(bounded_.regex);
    if (!compiled) return regex::Outcome::no_match;
    regex_ = std::move(*compiled);
  }
  const regex::Outcome outcome = regex_->search(line, match, from);
  const bool too_far = outcome == regex::Outcome::matched && match.groups[0].begin > kMaxDateBegin;
  return too_far ? regex::Outcome::no_match : outcome;
}

std::optional<Reading> DateTemplate::read(std::string_view line, const regex::Match& match,
                                          const TimeContext& context) const {
  if (kind_ != Kind::fields) {
    if (value_group_ >= match.groups.size()) return std::nullopt;
    const std::optional<base::UnixTime> time = epoch_time(match.text(line, value_group_));
    return time ? std::optional(Reading{*time, ClockSpan::always()}) : std::nullopt;
  }
  fields_.clear();
  for (const auto& [letter, group] : groups_) {
    if (match.groups[group].participated()) fields_.push_back({letter, match.text(line, group)});
  }
  return dates::read(fields_, context);
}

regex::Span DateTemplate::field(char letter, const regex::Match& match) const {
  for (const auto& [known, group] : groups_) {
    if (known == letter) return match.groups[group];
  }
  return {};
}

bool DateTemplate::last_was_whole(bool default_zone) const {
  if (kind_ != Kind::fields) return kind_ == Kind::tai64n;
  return default_zone || std::any_of(fields_.begin(), fields_.end(), [](const Field& field) {
           return field.letter == 'z' || field.letter == 'Z';
         });
}

std::optional<base::UnixTime> DateTemplate::epoch_time(std::string_view digits) const {
  if (kind_ == Kind::tai64n) {
    // "@4" marks a second after 1970; the nanoseconds at the end and leap seconds count for
    // nothing.
    uint64_t seconds = 0;
    const std::string_view hex = digits.substr(2, 15);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), seconds, 16);
    if (error != std::errc() || end != hex.data() + hex.size()) return std::nullopt;
    return static_cast<base::UnixTime>(seconds);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (kind_ == Kind::epoch || digits.size() < 13) return value;
  const bool micro = digits.size() >= 16 && digits.find('.') == std::string_view::npos;
  return value / (micro ? 1'000'000 : 1'000);
}

}  // namespace gaoler::dates
