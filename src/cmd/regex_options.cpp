#include "cmd/regex_options.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <sstream>

namespace gaoler::cmd {
namespace {

namespace po = boost::program_options;

constexpr const char* kVersion = "1.1.0";  // of the fail2ban whose behaviour this is

constexpr const char* kIntroduction = R"(
Tries regular expressions and filters of fail2ban on a log and reports what they find.

LOG:
  path                  a log file, also compressed by gzip, or a pipe
  -                     the standard input
  systemd-journal       the journal, as systemd-journal[flags] with options of the backend
  any other text        taken as log lines themselves

REGEX:
  jail or filter        a name, with options if need be: sshd[mode=aggressive]
  path                  a filter file: filter.d/sshd.conf
  any other text        a failregex

IGNOREREGEX:
  text                  an ignoreregex, besides those of the filter

)";

std::string usage() {
  return "Usage: fail2ban-regex [OPTIONS] <LOG> <REGEX> [IGNOREREGEX]\n";
}

po::options_description known_options(RegexOptions& o) {
  po::options_description known("Options");
  auto text = [](std::optional<std::string>& target) {
    return po::value<std::string>()->notifier([&target](const std::string& s) { target = s; });
  };
  auto off = [](bool& target) {
    return po::bool_switch()->notifier([&target](bool given) { target = target && !given; });
  };
  auto add = known.add_options();
  add("version", "print the version");
  add(",V", po::bool_switch(), "print the bare version number");
  add("help,h", "print this help");
  add("config,c", po::value(&o.config), "configuration directory [/etc/fail2ban]");
  add("datepattern,d", text(o.date_pattern), "pattern of dates, instead of the filter's");
  add("timezone", text(o.timezone), "time zone of dates that name none (also --TZ)");
  add("TZ", text(o.timezone), "the same");
  add("encoding,e", text(o.encoding), "encoding of the log [that of the locale]");
  add("raw,r", po::bool_switch(&o.raw), "keep host names, do not resolve them");
  add("usedns", text(o.use_dns), "yes, warn, no or raw: what <HOST> may match");
  add("maxlines,L", po::value(&o.max_lines), "lines to keep for multi-line expressions");
  add("journalmatch,m", text(o.journal_match), "journal matches instead of the filter's");
  add("log-level,l", po::value(&o.log_level), "what to log on the way [critical]");
  add("verbose,v", "say more; may be repeated");
  add("verbosity", po::value(&o.verbose), "how much to say, 0 to 4");
  add("verbose-date", po::bool_switch(&o.verbose_date), "show the date expressions (also --VD)");
  add("VD", po::bool_switch(), "the same");
  add("debuggex,D", po::bool_switch(&o.debuggex), "print debuggex.com addresses");
  add("no-check-all", off(o.check_all), "stop at the first regex that matches a line");
  add("out,o", po::value(&o.out),
      "print only failures: row, id, ip, msg, a group, or a text with tags");
  add("json", po::bool_switch(&o.json), "print only failures, one JSON object a line");
  add("invert,i", po::bool_switch(&o.invert), "print only the lines that do not match");
  add("add-log", po::value<std::vector<std::string>>()->composing(),
      "one more log to read after LOG; may be repeated");
  add("print-no-missed", po::bool_switch(&o.print_no_missed), "leave out missed lines");
  add("print-no-ignored", po::bool_switch(&o.print_no_ignored), "leave out ignored lines");
  add("print-all-matched", po::bool_switch(&o.print_all_matched), "list matched lines");
  add("print-all-missed", po::bool_switch(&o.print_all_missed), "list missed lines, if many");
  add("print-all-ignored", po::bool_switch(&o.print_all_ignored), "list ignored lines, if many");
  add("log-traceback,t", po::bool_switch(), "accepted for compatibility");
  add("full-traceback", po::bool_switch(), "accepted for compatibility");
  return known;
}

// Options without a value may be repeated on a fail2ban command line; the library wants each once.
// Says how often -v was given behind the last --verbosity.
int drop_repetitions(std::vector<po::option>& given) {
  int verbose = 0;
  std::vector<po::option> kept;
  for (po::option& option : given) {
    bool is_flag = option.position_key < 0 && option.value.empty();
    if (option.string_key == "verbose") ++verbose;
    if (option.string_key == "verbosity") verbose = 0;
    bool seen = is_flag && std::any_of(kept.begin(), kept.end(), [&option](const po::option& k) {
                  return k.position_key < 0 && k.string_key == option.string_key;
                });
    // Of an option with a value the last one counts.
    if (!is_flag && option.position_key < 0 && option.string_key != "add-log") {
      std::erase_if(kept, [&option](const po::option& k) {
        return k.position_key < 0 && k.string_key == option.string_key;
      });
    }
    if (!seen) kept.push_back(std::move(option));
  }
  given = std::move(kept);
  return verbose;
}

std::string help_text(const po::options_description& known) {
  std::ostringstream out;
  out << usage() << kIntroduction << known;
  return out.str();
}

std::string contradictions(const RegexOptions& o, size_t words) {
  std::string errors;
  if (o.print_no_missed && o.print_all_missed) {
    errors += "\nERROR: --print-no-missed and --print-all-missed are mutually exclusive.";
  }
  if (o.print_no_ignored && o.print_all_ignored) {
    errors += "\nERROR: --print-no-ignored and --print-all-ignored are mutually exclusive.";
  }
  if (words != 2 && words != 3) errors += "\nERROR: provide both <LOG> and <REGEX>.";
  return errors;
}

std::variant<RegexOptions, EarlyExit> parse(int argc, const char* const* argv) {
  RegexOptions o;
  po::options_description known = known_options(o);
  po::options_description all;
  all.add(known).add_options()("words", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("words", -1);
  auto parsed = po::command_line_parser(argc, argv).options(all).positional(positional).run();
  int verbose = drop_repetitions(parsed.options);
  po::variables_map map;
  po::store(parsed, map);
  po::notify(map);
  if (map.count("help")) return EarlyExit{0, help_text(known), {}};
  if (map.count("version")) {
    return EarlyExit{0, std::string("fail2ban-regex ") + kVersion + "\n", {}};
  }
  if (map["-V"].as<bool>()) return EarlyExit{0, std::string(kVersion) + "\n", {}};
  o.verbose += verbose;
  o.verbose_date = o.verbose_date || map["VD"].as<bool>();

  std::vector<std::string> words;
  if (map.count("words")) words = map["words"].as<std::vector<std::string>>();
  if (std::string errors = contradictions(o, words.size()); !errors.empty()) {
    return EarlyExit{255, help_text(known), errors + "\n"};
  }
  o.logs = {words[0]};
  o.regex = words[1];
  if (words.size() == 3) o.ignore_regex = words[2];
  if (map.count("add-log")) {
    for (const auto& log : map["add-log"].as<std::vector<std::string>>()) o.logs.push_back(log);
  }
  return o;
}

}  // namespace

std::variant<RegexOptions, EarlyExit> parse_regex_options(int argc, const char* const* argv) {
  try {
    return parse(argc, argv);
  } catch (const po::error& error) {
    return EarlyExit{2, {}, usage() + "\nfail2ban-regex: error: " + error.what() + "\n"};
  }
}

}  // namespace gaoler::cmd
