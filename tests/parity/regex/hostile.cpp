// Every regular expression of a configuration's filters against lines made to keep it busy, up to
// 64 KiB: how long does its filter take for one line, and where is the bound of a search reached?
//
//   regex_hostile CONFIG [--rounds N] [--seed N] [--limit MILLISECONDS]
//
// Processor time, the best of three runs; lines go through the whole filter, date and prefregex
// included. Shortcuts on and off must find the same. Exit code 1 if they do not, or if a line takes
// longer than the limit (none if not told). CONFIG is a directory; "env" is the oracle's.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <string>

#include "base/utf8.h"
#include "config/file_source.h"
#include "config/stream.h"
#include "configured_filter.h"
#include "filter/filter.h"
#include "parity/regex/attacker.h"
#include "regex/parser.h"

namespace gaoler {
namespace {

struct Options {
  std::filesystem::path config;
  size_t rounds = 4;
  std::uint64_t seed = 1;
  double limit = 0;  // milliseconds
};

// A filter's expressions as set, and the filter with and without shortcuts.
struct Subject {
  std::string name;
  std::optional<std::string> prefregex;
  std::vector<std::string> regexes;
  filter::Filter quick;
  filter::Filter plain;
};

struct Attack {
  std::string filter;
  std::string regex;
  double milliseconds = 0;
  bool gave_up = false;
  std::string line;
};

double processor_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

Subject make_subject(const std::string& name, const config::Stream& stream, base::LogSink& log) {
  Subject made{name, {}, {}, filter::Filter(name, log), filter::Filter(name, log)};
  filter::Rules rules;
  made.quick.set_rules(rules);
  rules.shortcuts = false;
  made.plain.set_rules(rules);
  (void)configure(made.quick, stream);
  (void)configure(made.plain, stream);
  made.prefregex = made.quick.prefregex();
  made.regexes = made.quick.failregexes();
  for (std::string& regex : made.quick.ignoreregexes()) made.regexes.push_back(std::move(regex));
  if (made.prefregex) made.regexes.push_back(*made.prefregex);
  return made;
}

class Campaign {
 public:
  explicit Campaign(const Options& options) : options_(options), attacker_(options.seed) {}

  // False if shortcuts changed what was found.
  bool run(Subject& subject) {
    bool same = true;
    for (const std::string& regex : subject.regexes) {
      const auto syntax = regex::parse(regex, {});
      if (!syntax) continue;
      for (size_t round = 0; round < options_.rounds; ++round) {
        for (const size_t bytes : {100u, 1'000u, 8'000u, 65'000u}) {
          std::string line = attacker_.line(*syntax, bytes);
          if (subject.prefregex && regex != *subject.prefregex) line = wrapped(subject, line);
          line.resize(std::min<size_t>(line.size(), 65'536));
          same &= attack(subject, regex, base::replace_invalid_utf8(line));
        }
      }
    }
    return same;
  }

  // True if no line took longer than the limit.
  bool tell() const {
    std::printf("%zu lines against %zu expressions; milliseconds, bytes, filter, expression\n",
                lines_, worst_.size());
    std::vector<Attack> slowest;
    for (const auto& [key, attack] : worst_) slowest.push_back(attack);
    std::sort(slowest.begin(), slowest.end(),
              [](const Attack& a, const Attack& b) { return a.milliseconds > b.milliseconds; });
    slowest.resize(std::min<size_t>(slowest.size(), 12));
    for (const Attack& attack : slowest) print(attack);
    std::printf("the bound was reached by %zu expressions\n", bound_.size());
    for (const auto& [key, attack] : bound_) print(attack);
    return options_.limit <= 0 || slowest.empty() || slowest[0].milliseconds <= options_.limit;
  }

 private:
  std::string wrapped(const Subject& subject, const std::string& inside) {
    const auto syntax = regex::parse(*subject.prefregex, {});
    for (const auto& [name, group] : syntax->names) {
      if (name == "content") return attacker_.wrapped(*syntax, group, inside);
    }
    return inside;
  }

  bool attack(Subject& subject, const std::string& regex, const std::string& line) {
    ++lines_;
    filter::LineContext context;
    context.check_find_time = false;
    context.now = 1'800'000'000;
    double best = 1e9;
    bool gave_up = false;
    std::vector<filter::Failure> found;
    int runs = 0;
    for (; runs < 3 && best > 1; ++runs) {
      subject.quick.clear_lines();
      const std::uint64_t before = subject.quick.counters().gave_up;
      const double began = processor_milliseconds();
      found = subject.quick.process_line(line, context);
      best = std::min(best, processor_milliseconds() - began);
      gave_up = subject.quick.counters().gave_up != before;
    }
    const Attack attack{subject.name, regex, best, gave_up, line};
    keep_slower(worst_, attack);
    if (gave_up) keep_slower(bound_, attack);
    // As often: connections remember what happened before.
    std::vector<filter::Failure> plainly;
    for (int run = 0; run < runs; ++run) {
      subject.plain.clear_lines();
      plainly = subject.plain.process_line(line, context);
    }
    const bool same = gave_up || plainly == found;
    if (!same) {
      std::printf("shortcuts change what is found:\n");
      print(attack);
    }
    return same;
  }

  using Attacks = std::map<std::pair<std::string, std::string>, Attack>;

  static void keep_slower(Attacks& attacks, const Attack& attack) {
    Attack& known = attacks[{attack.filter, attack.regex}];
    if (known.milliseconds < attack.milliseconds) known = attack;
  }

  static void print(const Attack& attack) {
    std::printf("%7.2f %6zu %-20s %s%.60s\n        line: %.90s\n", attack.milliseconds,
                attack.line.size(), attack.filter.c_str(), attack.gave_up ? "(bound) " : "",
                attack.regex.c_str(), attack.line.c_str());
  }

  const Options& options_;
  regex::parity::Attacker attacker_;
  size_t lines_ = 0;
  Attacks worst_;
  Attacks bound_;
};

int main(int argc, char** argv) {
  Options options;
  if (argc < 2) return 2;
  options.config = argv[1];
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--rounds") options.rounds = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--seed") options.seed = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--limit") options.limit = std::strtod(argv[i + 1], nullptr);
  }
  if (options.config == "env") {
    const char* oracle = std::getenv("GAOLER_ORACLE");
    if (!oracle) {
      std::puts("skipped: GAOLER_ORACLE is not set (see tools/oracle)");
      return 77;
    }
    options.config = std::filesystem::path(oracle) / "etc/fail2ban";
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(options.config / "filter.d")) {
    if (entry.path().extension() == ".conf") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());

  config::DiskFiles files;
  base::NullLogSink log;
  Campaign campaign(options);
  bool good = true;
  for (const std::string& name : names) {
    for (const std::string mode : {"", "aggressive"}) {
      config::Request request;
      request.directory = options.config;
      config::FilterRequest wanted;
      wanted.name = name;
      wanted.backend = "auto";
      if (!mode.empty()) wanted.parameters.emplace_back("mode", mode);
      const config::Stream stream = config::read_filter(files, request, wanted);
      if (stream.outcome != config::Outcome::good) continue;
      Subject subject = make_subject(name + (mode.empty() ? "" : "[" + mode + "]"), stream, log);
      good &= campaign.run(subject);
    }
  }
  return campaign.tell() && good ? 0 : 1;
}

}  // namespace
}  // namespace gaoler

int main(int argc, char** argv) {
  return gaoler::main(argc, argv);
}
