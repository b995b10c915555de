// %(name)s interpolation of option values.
//
// A name is looked up in the given variables, the option's own section and [DEFAULT];
// %(section/name)s, %(known/name)s and %(default/name)s look elsewhere. Names are lower-cased
// first, so a section with capitals can't be named. "%%" is a percent sign, any other "%" a
// mistake. Mistakes are reported as fatal. Pure apart from the report.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/report.h"
#include "config/store.h"
#include "config/text_pool.h"
#include "config/texts.h"

namespace gaoler::config {

inline constexpr int kMaxInterpolationDepth = 10;      // as ConfigParser
inline constexpr size_t kMaxExpandedBytes = 4u << 20;  // of one value
inline constexpr size_t kMaxReferences = 100000;       // within one value

// Lower-case names; nothing as value: no text, a mistake when inserted.
using Variables = Texts;

struct Resolved {
  enum class Kind {
    text,
    no_text,  // the option is set to something that is no text
    no_option,
    no_section,
    mistake,  // reported
  };
  Kind kind = Kind::no_option;
  std::string_view text;  // the store's, the variables' or the pool's
  Origin origin;

  bool is_text() const { return kind == Kind::text; }
  Texts::Text as_text() const { return is_text() ? Texts::Text(text) : std::nullopt; }
};

// The value of an option of a section ("DEFAULT" names [DEFAULT]), or of its default, interpolated.
// The option's name is lower-case. What has to be put together is kept in the pool.
Resolved resolve(const Store& store, std::string_view section, std::string_view option,
                 const Variables& variables, TextPool& pool, Report& report);

// As resolve, where "section/option", "known/option" and "default/option" look in those sections
// first, without the variables. Named sections are case-sensitive here, options not.
Resolved resolve_qualified(const Store& store, std::string_view section, std::string_view option,
                           const Variables& variables, TextPool& pool, Report& report);

}  // namespace gaoler::config
