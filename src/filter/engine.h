// Engine: a dated line against the prefregex, the failregexes and the ignoreregexes of a filter.
//
// The order of the steps is fail2ban 1.1's and part of what filters rely on; docs name them. Holds
// the buffer of multi-line filters and what is known of connections. One thread; `warnings` is
// lent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "filter/connections.h"
#include "filter/expression.h"
#include "filter/filter.h"
#include "filter/identity.h"
#include "filter/line_dates.h"
#include "filter/matched_lines.h"
#include "filter/prefilter.h"
#include "filter/warnings.h"

namespace gaoler::filter {

class Engine {
 public:
  explicit Engine(Warnings& warnings) : warnings_(warnings) {}

  // The filter's settings. After a change of failregexes or prefregex: expressions_changed().
  UseDns use_dns = UseDns::warn;
  int max_lines = 1;
  Rules rules;
  std::optional<Expression> prefregex;
  std::vector<Expression> failregexes;
  std::vector<Expression> ignoreregexes;

  void expressions_changed() { prefilters_.reset(); }

  std::vector<Failure> find(const DatedLine& line, const LineContext& context);

  Counters counters;
  LineNotes notes;
  std::vector<MatchedLine> buffer;  // of a multi-line filter: lines that later ones may complete
  const std::string& undated_line() const { return undated_line_; }

 private:
  // What one failregex matched.
  struct Hit {
    size_t regex;
    Groups groups;
    MatchedLines lines;
  };
  enum class Next { next_regex, next_line };
  struct Prefilters {
    Prefilter prefregex;  // lets everything pass if there is none
    Prefilter failregexes;
  };

  bool multi_line() const { return max_lines > 1; }
  std::vector<Failure> find_in(const DatedLine& line, const LineContext& context);
  bool take(const DatedLine& line);
  void buffer_line(const DatedLine& line);
  bool spared(std::string_view text);
  Prefilters& make_prefilters();
  bool asks_ignoreregexes_first() const;
  bool pass_prefregex(Groups& groups);
  bool try_failregex(size_t number, Hit& hit);
  bool ignored(const Hit& hit);
  bool any_ignoreregex(const std::string& subject);
  Next report(Hit& hit, const Groups& prefregex_groups, const LineContext& context,
              std::vector<Failure>& failures);
  Failure make_failure(const Identity& identity, Attempt attempt, size_t regex,
                       const LineContext& context);
  void warn_undated(const Hit& hit, base::UnixTime now);
  void consume(const Hit& hit);
  bool search(Expression& expression, const std::string& subject);

  Warnings& warnings_;
  Connections connections_;
  std::optional<Prefilters> prefilters_;  // made when first needed
  regex::Match match_;
  const DatedLine* line_ = nullptr;    // during find()
  std::string undated_line_;           // the line without its date and without newline
  std::string subject_;                // what the failregexes see
  std::vector<MatchedLine> original_;  // of a multi-line filter: the lines subject_ was made of
  bool gave_up_ = false;
};

}  // namespace gaoler::filter
