// regex_parity: our Pattern beside Python's `re`, span by span.
//
//   regex_parity SCRIPTS [--oracle DIR] [--count N] [--seed N] [--verbose]
//
// Without --oracle: N comparisons of random patterns and texts. With it: every regular expression
// of the oracle's filters with every sample line, in four forms. A line of numbers at the end; exit
// 1 on any difference, 77 if the oracle is not there.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <unistd.h>

#include "parity/regex/generator.h"
#include "parity/regex/reference.h"
#include "regex/exact_matcher.h"
#include "regex/parser.h"
#include "regex/utf8.h"

namespace gaoler::regex::parity {
namespace {

constexpr size_t kShownDifferences = 20;
constexpr size_t kTextsPerPattern = 40;

struct Tally {
  size_t compared = 0;
  size_t matched = 0;
  size_t different = 0;
  size_t refused_by_both = 0;
  size_t patterns = 0;
  size_t slow_in_python = 0;
  size_t gave_up = 0;
  size_t ruled_out = 0;  // by required literals
  std::map<std::string, size_t> refused_by_us;
};

std::string show(const Finding& finding) {
  if (finding.kind == Finding::Kind::none) return "no match";
  if (finding.kind == Finding::Kind::gave_up) return "gave up";
  std::string text;
  for (const Span& span : finding.groups) {
    text += span.participated() ? " " + std::to_string(span.begin) + "-" + std::to_string(span.end)
                                : " -";
  }
  return text;
}

std::string visible(std::string_view text) {
  std::string result;
  for (char c : text) result += c == '\n' ? std::string("\\n") : std::string(1, c);
  return result;
}

class Comparison {
 public:
  explicit Comparison(const std::string& scripts) : reference_(scripts + "/reference.py") {}

  void compare(const std::string& source, Options options, const std::vector<std::string>& texts);
  const Tally& tally() const { return tally_; }
  // The shortest ones: they say most.
  const std::set<std::pair<size_t, std::string>>& differences() const { return differences_; }

 private:
  Finding search(const Pattern& pattern, const std::string& text);
  Finding search_exactly(const Program& program, const std::string& text);
  Finding search_exactly_wide(const Program& program, const std::string& text);
  void difference(const std::string& source, const std::string& text, const std::string& python,
                  const std::string& ours);

  Reference reference_;
  Match match_;
  ExactStorage storage_;
  std::set<std::pair<size_t, std::string>> differences_;
  Tally tally_;
};

Finding finding(Outcome outcome, std::vector<Span> groups) {
  switch (outcome) {
    case Outcome::no_match:
      return {Finding::Kind::none, {}};
    case Outcome::gave_up:
      return {Finding::Kind::gave_up, {}};
    case Outcome::matched:
      break;
  }
  return {Finding::Kind::found, std::move(groups)};
}

Finding Comparison::search(const Pattern& pattern, const std::string& text) {
  const bool possible = pattern.literals().may_match(text);
  tally_.ruled_out += !possible;
  const Outcome outcome = pattern.search(text, match_);
  // Literals that ruled out a match: a difference.
  if (outcome == Outcome::matched && !possible) return {Finding::Kind::found, {}};
  return finding(outcome, match_.groups);
}

// The matcher that is usually asked only when Boost cannot answer.
Finding Comparison::search_exactly(const Program& program, const std::string& text) {
  if (!is_ascii(text)) return search_exactly_wide(program, text);
  std::vector<Span> groups;
  const Outcome outcome = exact_search(program, std::string_view(text), 0, storage_, groups);
  return finding(outcome, std::move(groups));
}

Finding Comparison::search_exactly_wide(const Program& program, const std::string& text) {
  std::wstring wide;
  std::vector<size_t> bytes;
  for (size_t at = 0; at < text.size(); at += decode(text, at).bytes) {
    wide += static_cast<wchar_t>(decode(text, at).character);
    bytes.push_back(at);
  }
  bytes.push_back(text.size());
  std::vector<Span> groups;
  const Outcome outcome = exact_search(program, std::wstring_view(wide), 0, storage_, groups);
  for (Span& span : groups) {
    if (span.participated()) span = {bytes[span.begin], bytes[span.end]};
  }
  return finding(outcome, std::move(groups));
}

void Comparison::difference(const std::string& source, const std::string& text,
                            const std::string& python, const std::string& ours) {
  ++tally_.different;
  differences_.insert({source.size() + text.size(),
                       "different: " + visible(source) + "\n     text: " + visible(text) +
                           "\n   python: " + python + "\n     ours: " + ours + "\n"});
  if (differences_.size() > kShownDifferences) differences_.erase(std::prev(differences_.end()));
}

void Comparison::compare(const std::string& source, Options options,
                         const std::vector<std::string>& texts) {
  ++tally_.patterns;
  const Answer python = reference_.ask(source, options, texts);
  const base::Result<Pattern> ours = Pattern::compile(source, options);
  if (python.refused || !ours.ok()) {
    const std::string reason = ours.ok() ? "accepted" : ours.error().message;
    if (python.refused && reason == python.reason) {
      ++tally_.refused_by_both;
    } else if (python.refused) {
      difference(source, "", "refused: " + python.reason, reason);
    } else {
      ++tally_.refused_by_us[reason];
    }
    return;
  }
  const Program program = make_program(*parse(source, {options.multiline, options.ignore_case}));
  for (size_t i = 0; i < texts.size(); ++i) {
    const Finding& theirs = python.findings[i];
    if (theirs.kind == Finding::Kind::gave_up) {
      ++tally_.slow_in_python;
      continue;
    }
    const Finding found = search(*ours, texts[i]);
    if (found.kind == Finding::Kind::gave_up) {
      ++tally_.gave_up;
      continue;
    }
    ++tally_.compared;
    tally_.matched += theirs.kind == Finding::Kind::found;
    if (!(found == theirs)) difference(source, texts[i], show(theirs), show(found));
    const Finding exact = search_exactly(program, texts[i]);
    if (exact.kind == Finding::Kind::gave_up) {
      ++tally_.gave_up;
    } else if (!(exact == theirs)) {
      difference(source, texts[i], show(theirs), "exact matcher: " + show(exact));
    }
  }
}

// A sample line whole, and as filters see it: without its date, and without what stands before the
// message.
void add_forms(std::set<std::string>& lines, const std::string& line) {
  lines.insert(line + "\n");
  lines.insert(line);
  const size_t colon = line.find(": ");
  if (colon != std::string::npos) lines.insert(line.substr(colon + 2) + "\n");
  size_t digits = line.find_first_of("0123456789");
  while (digits !=
         std::string::npos) {  // up to the end of the first time of day, and the blank after it
    const size_t time = line.find(':', digits);
    if (time == std::string::npos) break;
    const size_t end = line.find_first_not_of("0123456789:.,+Z", time);
    if (end != std::string::npos) lines.insert(line.substr(end) + "\n");
    break;
  }
}

std::vector<std::string> sample_lines(const std::string& oracle) {
  std::set<std::string> lines;
  for (const auto& file : std::filesystem::recursive_directory_iterator(oracle + "/logs")) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line);) {
      bool valid = true;  // the few lines in other encodings
      for (size_t at = 0; valid && at < line.size(); ++at) {
        valid = static_cast<unsigned char>(line[at]) < 0x80;
      }
      if (valid && !line.empty() && line[0] != '#') add_forms(lines, line);
    }
  }
  return {lines.begin(), lines.end()};
}

std::vector<std::string> upstream_patterns(const std::string& scripts, const std::string& oracle) {
  const std::string command = scripts + "/upstream_patterns.py '" + oracle + "'";
  std::FILE* out = popen(command.c_str(), "r");
  std::vector<std::string> patterns(1);
  for (int c; out && (c = std::fgetc(out)) != EOF;) {
    if (c == 0) {
      patterns.emplace_back();
    } else {
      patterns.back() += static_cast<char>(c);
    }
  }
  if (!out || pclose(out) != 0) {
    std::fprintf(stderr, "regex_parity: the oracle's filters could not be read\n");
    std::exit(2);
  }
  patterns.pop_back();
  return patterns;
}

void compare_upstream(Comparison& comparison, const std::string& scripts, const std::string& oracle,
                      size_t count, Generator& generator) {
  const std::vector<std::string> lines = sample_lines(oracle);
  const std::vector<std::string> patterns = upstream_patterns(scripts, oracle);
  const size_t all = lines.size() * patterns.size();
  for (const std::string& record : patterns) {
    std::vector<std::string> chosen;
    for (const std::string& line : lines) {
      if (count >= all || generator.below(all) < count) chosen.push_back(line);
    }
    for (size_t i = 0; i < chosen.size(); i += 13) {
      std::string damaged = generator.damaged(chosen[i]);
      if (generator.below(3) == 0) damaged += "é";
      chosen.push_back(damaged);
    }
    comparison.compare(record.substr(1), {record[0] == 'm', false}, chosen);
  }
}

void compare_random(Comparison& comparison, size_t count, Generator& generator) {
  while (comparison.tally().compared < count) {
    std::vector<std::string> texts;
    for (size_t i = 0; i < kTextsPerPattern; ++i) texts.push_back(generator.text());
    const Options options{generator.below(8) == 0, generator.below(8) == 0};
    comparison.compare(generator.pattern(), options, texts);
  }
}

int run(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string scripts = argv[1];
  std::string oracle;
  size_t count = 1'000'000;
  std::uint64_t seed = 1;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--oracle") oracle = argv[i + 1];
    if (option == "--count") count = std::stoul(argv[i + 1]);
    if (option == "--seed") seed = std::stoul(argv[i + 1]);
  }
  if (oracle == "env") {
    const char* given = std::getenv("GAOLER_ORACLE");
    if (!given || access(given, R_OK) != 0) {
      std::printf("skipped: GAOLER_ORACLE names no oracle\n");
      return 77;
    }
    oracle = given;
  }
  Comparison comparison(scripts);
  Generator generator(seed);
  const auto start = std::chrono::steady_clock::now();
  if (oracle.empty()) {
    compare_random(comparison, count, generator);
  } else {
    compare_upstream(comparison, scripts, oracle, count, generator);
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const Tally& tally = comparison.tally();
  for (const auto& [size, text] : comparison.differences()) std::printf("%s", text.c_str());
  for (const auto& [reason, times] : tally.refused_by_us) {
    std::printf("refused by us only: %zu x %s\n", times, reason.c_str());
  }
  std::printf(
      "%zu comparisons (%zu matches) of %zu patterns in %.1f s: %zu different, %zu refused by "
      "both, "
      "%zu gave up, %zu too slow in Python; literals ruled out %zu\n",
      tally.compared, tally.matched, tally.patterns, taken.count(), tally.different,
      tally.refused_by_both, tally.gave_up, tally.slow_in_python, tally.ruled_out);
  return tally.different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace gaoler::regex::parity

int main(int argc, char** argv) {
  return gaoler::regex::parity::run(argc, argv);
}
