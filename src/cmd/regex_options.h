// What the command line of fail2ban-regex asks for.
//
// Options are fail2ban's, plus --add-log, --json and colour by terminal. Values only; nothing is
// opened here.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gaoler::cmd {

struct RegexOptions {
  std::string config = "/etc/fail2ban";
  std::optional<std::string> date_pattern;
  std::optional<std::string> timezone;
  std::optional<std::string> encoding;
  bool raw = false;
  std::optional<std::string> use_dns;
  int max_lines = 0;  // 0: not given
  std::optional<std::string> journal_match;
  std::string log_level = "critical";
  int verbose = 0;
  bool verbose_date = false;
  bool debuggex = false;
  bool check_all = true;
  std::string out;  // empty: the report
  bool json = false;
  bool invert = false;
  bool print_no_missed = false;
  bool print_no_ignored = false;
  bool print_all_matched = false;
  bool print_all_missed = false;
  bool print_all_ignored = false;

  std::vector<std::string> logs;  // files, a literal text, "-" or systemd-journal
  std::string regex;
  std::optional<std::string> ignore_regex;

  bool reports() const { return out.empty() && !json && !invert; }
};

// Something to print instead of a run.
struct EarlyExit {
  int code = 0;
  std::string out;  // for stdout
  std::string err;  // for stderr
};

std::variant<RegexOptions, EarlyExit> parse_regex_options(int argc, const char* const* argv);

}  // namespace gaoler::cmd
