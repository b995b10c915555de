// Expression: a failregex, ignoreregex or prefregex - a pattern with fail2ban's tags expanded - and
// what its groups mean. Immutable but for a note that its bound was hit once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "filter/groups.h"
#include "filter/use_dns.h"
#include "regex/pattern.h"

namespace gaoler::filter {

class Expression {
 public:
  // Errors carry fail2ban's texts.
  static base::Result<Expression> compile(std::string_view regex, UseDns use_dns, bool multiline);

  const regex::Pattern& pattern() const { return pattern_; }
  const std::string& text() const { return pattern_.source(); }  // expanded
  bool has_id() const;  // one of the groups that can name a culprit, or a connection (mlfid)

  // After a successful search: the named groups, F-ALT_ and F-TUPLE_ merged into what they stand
  // for.
  Groups groups(std::string_view subject, const regex::Match& match) const;
  // The text that the <SKIPLINES> of a multi-line expression skipped.
  std::string skipped(std::string_view subject, const regex::Match& match) const;

  bool gave_up_before = false;  // its warning was written

 private:
  using Derived =
      std::vector<std::pair<std::string, std::string>>;  // (group, what it is for), sorted

  explicit Expression(regex::Pattern pattern);

  regex::Pattern pattern_;
  Derived alternatives_;
  Derived tuple_parts_;
};

}  // namespace gaoler::filter
