// What fail2ban-regex is to try: a filter put together from a text, a filter file or a jail.
//
// Announces on the way what it uses, in fail2ban's words. Reads configuration only through config/.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "cmd/regex_options.h"
#include "filter/filter.h"

namespace gaoler::cmd {

// Prints one line.
using Announce = std::function<void(const std::string&)>;

struct RegexSetup {
  filter::Filter filter;
  std::vector<std::string> failregexes;  // as written, tags unexpanded
  std::vector<std::string> ignoreregexes;
  std::vector<std::string> journal_match;  // words, "+" between alternatives
  size_t shown_lines = 20;                 // how many missed or ignored lines a report lists
  bool date_pattern_set = false;           // by an option or by the filter
};

// An error is the text to print, "ERROR: " included.
base::Result<RegexSetup> set_up_regex(const RegexOptions& options, base::LogSink& log,
                                      const Announce& announce);

// At most 53 characters, the last three of a longer text as "...".
std::string shortened(const std::string& text);

}  // namespace gaoler::cmd
