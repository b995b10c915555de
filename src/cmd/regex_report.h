// The report of fail2ban-regex: what each regular expression hit, and which lines none did.
//
// Its layout is fail2ban's to the byte, as people and scripts know it; on a terminal it may be
// coloured. Collects while lines come, prints once at the end.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/regex_options.h"
#include "cmd/regex_setup.h"
#include "filter/filter.h"

namespace gaoler::cmd {

class RegexReport {
 public:
  // Both are lent for the life of the report.
  RegexReport(const RegexOptions& options, const RegexSetup& setup);

  // Before the filter gets a line, and after it: `failures` are what it found, names resolved.
  void before_line();
  void after_line(std::string_view line, const std::vector<filter::Failure>& failures);

  std::string text(double seconds, bool colour) const;

 private:
  struct Hit {
    std::string id;
    double time;
    bool multiple;
  };
  struct Expression {
    std::string text;
    size_t hits = 0;
    std::vector<Hit> seen;  // only if they are going to be shown
  };
  // Lines of one fate. debuggex addresses show them without their dates.
  struct Lines {
    long count = 0;
    std::deque<std::string> texts;
    std::deque<std::string> undated;
  };

  bool count_failures(const std::vector<filter::Failure>& failures, size_t& found);
  void count_prefregex();
  std::vector<std::string> settle_buffered();
  void keep(Lines& lines, bool listed, std::string_view line, const std::string& undated);
  std::string expressions_text(const std::string& title, const std::vector<Expression>& list) const;
  std::string prefregex_text() const;
  std::string templates_text() const;
  std::string lines_text(const std::string& kind, const Lines& lines, bool all) const;
  std::vector<std::string> debuggex_lines(const Lines& lines, bool ignored) const;

  const RegexOptions& options_;
  const RegexSetup& setup_;
  std::vector<Expression> failregexes_;
  std::vector<Expression> ignoreregexes_;
  size_t prefregex_hits_ = 0;
  std::vector<std::string> prefregex_groups_;
  std::vector<filter::MatchedLine> buffer_before_;
  long tested_ = 0;
  Lines matched_;
  Lines missed_;
  Lines ignored_;
};

}  // namespace gaoler::cmd
