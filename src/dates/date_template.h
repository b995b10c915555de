// DateTemplate: one way to write a date - the regular expression that finds it and how to read it.
//
// Made from one line of a datepattern option, or from one of fail2ban's default formats. Compiled
// when first used, so not to be shared between threads; copies are cheap.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "dates/boundaries.h"
#include "dates/fields.h"
#include "regex/pattern.h"
#include "regex/scanner.h"

namespace gaoler::dates {

// A date begins in so many first bytes of a line; farther on none is looked for.
inline constexpr size_t kMaxDateBegin = 8192;

class DateTemplate {
 public:
  // Directives, EPOCH, LEPOCH, {EPOCH}, TAI64N, {NONE}; not {DEFAULT} and {DATE}, which stand for
  // several templates. Refused with fail2ban's words for a bad percent sign. The regular expression
  // is not looked at: see check().
  static base::Result<DateTemplate> from_line(std::string_view line);

  // Refused when the regular expression is none, with place and reason.
  base::Result<void> check() const;

  const std::string& pattern() const { return pattern_; }  // empty for epochs and TAI64N
  const std::string& name() const { return name_; }        // as displayed
  // What is searched for; %ExY may stand for more years in it before the first search.
  const std::string& regex() const { return bounded_.regex; }
  double weight() const { return weight_; }
  void set_weight(double weight) { weight_ = weight; }
  bool at_line_begin() const { return bounded_.at_line_begin; }
  // Its date stands at an end of the line, wherever the last one stood.
  bool is_anchored() const { return bounded_.at_line_begin || bounded_.at_line_end; }

  // Without shortcuts no line is taken for one like the last; see shape().
  void set_shortcuts(bool on) { shortcuts_ = on; }

  // The leftmost match at or after `from`; group 1 is the date. `now` of the first search decides
  // which years %ExY accepts.
  bool search(std::string_view line, size_t from, base::UnixTime now, regex::Match& match);
  // What a match of search() in this line means.
  std::optional<Reading> read(std::string_view line, const regex::Match& match,
                              const TimeContext& context) const;
  // Where the field with this letter stands in a match; nothing if it has none or took no part.
  regex::Span field(char letter, const regex::Match& match) const;
  // What search() asked of the line it matched last, while the match is that one.
  const regex::Shape& shape() const { return shape_; }
  // Whether the last read() came from a date whose zone is known by its offset; see Found::whole.
  bool last_was_whole(bool default_zone) const;

 private:
  enum class Kind { fields, epoch, long_epoch, tai64n };

  base::Result<void> expand(std::string_view decades);
  void make_epoch(std::string_view line, std::string_view key);
  void make_tai64n(bool line_begin);
  void name_line_begin();
  void compile(base::UnixTime now);
  regex::Outcome search_by_regex(std::string_view line, size_t from, regex::Match& match);
  std::optional<base::UnixTime> epoch_time(std::string_view digits) const;

  Kind kind_ = Kind::fields;
  std::string pattern_;
  std::string name_;
  double weight_ = 1;
  Bounded bounded_;
  size_t value_group_ = 1;  // of epochs and TAI64N

  bool shortcuts_ = true;
  bool compiled_ = false;
  std::shared_ptr<const regex::Scanner> scanner_;
  regex::Shape shape_;                           // of the last match
  std::optional<regex::Pattern> regex_;          // for what is beyond the scanner
  std::vector<std::pair<char, size_t>> groups_;  // letter of the field and number of its group
  mutable std::vector<Field> fields_;            // of the last read(): keeps its storage
};

}  // namespace gaoler::dates
