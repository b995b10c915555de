#include "cmd/command_line.h"

#include <boost/program_options.hpp>
#include <functional>
#include <optional>

#include "base/duration.h"
#include "base/version.h"
#include "protocol/repr.h"

namespace gaoler::cmd {
namespace {

namespace po = boost::program_options;

constexpr int kFailed = 255;

po::options_description known_options() {
  po::options_description known;
  const auto text = [] { return po::value<std::string>(); };
  auto add = known.add_options();
  add("conf,c", text(), "");
  add("socket,s", text(), "");
  add("pidfile,p", text(), "");
  add("pname", text(), "");
  add("loglevel", text(), "");
  add("logtarget", text(), "");
  add("syslogsocket", text(), "");
  add("timeout", text(), "");
  add("str2sec", text(), "");
  add(",d", "");
  add("dp", "");
  add("dump-pretty", "");
  add("dump-ini", "");
  add("test,t", "");
  add(",i", "");
  add(",v", "");
  add(",q", "");
  add(",x", "");
  add(",b", "");
  add(",f", "");
  add("async", "");
  add("help,h", "");
  add("version", "");
  add(",V", "");
  return known;
}

// The library goes on looking for options behind words; a command's words are its own. Called with
// a single word it may be an option's value that is looked at, and alone the library's own rules do
// the same.
std::vector<po::option> words_from_first_word(std::vector<std::string>& rest) {
  if (rest.size() < 2 || (rest[0].starts_with('-') && rest[0] != "-")) return {};
  std::vector<po::option> words;
  for (const std::string& word : rest) {
    words.emplace_back();
    words.back().position_key = static_cast<int>(words.size()) - 1;
    words.back().value = {word};
    words.back().original_tokens = {word};
  }
  rest.clear();
  return words;
}

Answer seconds_answer(const std::string& text) {
  const auto duration = base::read_duration(text);
  if (!duration) return {"ERROR: " + duration.error().message, kFailed};
  return {duration->whole ? protocol::repr(static_cast<int64_t>(duration->seconds))
                          : protocol::repr_float(duration->seconds)};
}

// Takes options into a CommandLine, in their order.
class Taker {
 public:
  explicit Taker(CommandLine& line) : line_(line) {}

  // An answer ends the taking.
  std::optional<Answer> take(const po::option& option) {
    if (option.position_key >= 0) {
      line_.words.insert(line_.words.end(), option.value.begin(), option.value.end());
      return std::nullopt;
    }
    return option.value.empty() ? take_flag(option.string_key)
                                : take_value(option.string_key, option.value.front());
  }

 private:
  std::optional<Answer> take_flag(const std::string& name) {
    if (name == "-d") line_.dump = Dump::plain;
    if (name == "dp" || name == "dump-pretty") line_.dump = Dump::pretty;
    if (name == "dump-ini") line_.dump = Dump::ini;
    if (name == "test") line_.test = true;
    if (name == "-i") line_.interactive = true;
    if (name == "-v") ++line_.verbosity;
    if (name == "-q") --line_.verbosity;
    if (name == "-x") line_.force = true;
    if (name == "-b" || name == "-f") line_.background = name == "-b";
    if (name == "async") line_.wait_for_stream = true;
    if (name == "help") return Answer{usage(line_.program)};
    if (name == "version") return Answer{"Fail2Ban v" + std::string(base::kFail2banVersion)};
    if (name == "-V") return Answer{std::string(base::kFail2banVersion)};
    return std::nullopt;
  }

  std::optional<Answer> take_value(const std::string& name, const std::string& value) {
    if (name == "str2sec") return seconds_answer(value);
    if (name == "conf") {
      line_.directory = value;
    } else if (name == "pname") {
      line_.process_name = value;
    } else if (name == "timeout") {
      const auto seconds = base::parse_duration(value);
      if (!seconds) return Answer{"ERROR: " + seconds.error().message, kFailed};
      line_.timeout = *seconds;
    } else {
      line_.overrides[name] = value;
    }
    return std::nullopt;
  }

  CommandLine& line_;
};

}  // namespace

std::variant<CommandLine, Answer> parse_command_line(const std::vector<std::string>& argv) {
  CommandLine line;
  line.program = argv.empty() ? "fail2ban-client" : argv[0].substr(argv[0].rfind('/') + 1);
  const po::options_description known = known_options();
  try {
    po::command_line_parser parser({argv.begin() + (argv.empty() ? 0 : 1), argv.end()});
    const auto parsed = parser.options(known).extra_style_parser(words_from_first_word).run();
    Taker taker(line);
    for (const po::option& option : parsed.options) {
      if (auto answer = taker.take(option)) return *answer;
    }
  } catch (const po::error& error) {
    return Answer{usage(line.program), kFailed, line.program + ": " + error.what()};
  }
  return line;
}

}  // namespace gaoler::cmd
