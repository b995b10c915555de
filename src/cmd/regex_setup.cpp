#include "cmd/regex_setup.h"

#include <algorithm>

#include "base/text.h"
#include "config/file_source.h"
#include "config/stream.h"
#include "config/words.h"
#include "protocol/repr.h"
#include "regex/pattern.h"

namespace gaoler::cmd {
namespace {

using base::Error;
using base::Result;

bool matches(std::string_view pattern, std::string_view text) {
  auto compiled = regex::Pattern::compile(pattern);
  regex::Match match;
  return compiled && compiled->search(text, match) == regex::Outcome::matched;
}

// "jail", "filter", "path/x.conf", each with [options]; anything else is a regular expression
// itself.
bool looks_like_name(std::string_view text) {
  return matches(R"((?ms)^/{0,3}[\w/_\-.]+(?:\[.*\])?$)", text);
}
bool looks_like_path(std::string_view name) {
  return matches(R"((?ms)(?:/|\.(?:conf|local)$))", name);
}

std::string directory_of(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {};
  size_t end = path.find_last_not_of('/', slash);
  return end == std::string::npos ? path.substr(0, slash + 1) : path.substr(0, end + 1);
}
std::string base_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// A dot near the end: the name of a file and not of a filter.
bool has_extension(const std::string& name) {
  return name.substr(name.size() - std::min<size_t>(name.size(), 6)).find('.') != std::string::npos;
}

std::string without_extension(const std::string& name) {
  size_t dot = name.rfind('.');
  bool hidden = name.find_first_not_of('.') >= dot;
  return dot == std::string::npos || hidden ? name : name.substr(0, dot);
}

std::string repr_of(const config::Parameters& parameters) {
  protocol::Dict dict;
  for (const auto& [name, value] : parameters) dict.items.emplace_back(name, value);
  return protocol::repr(protocol::Value(dict));
}

// A filter file that the name leads to, and the directory it is searched from.
struct FilterFile {
  std::string directory;
};

class Setup {
 public:
  Setup(const RegexOptions& options, base::LogSink& log, const Announce& announce)
      : options_(options),
        shows_real_options_(options.verbose > 1 || log.enabled(base::LogLevel::debug)),
        announce_(announce),
        result_{filter::Filter("~jailless~", log), {}, {}, {}} {}

  Result<RegexSetup> run() {
    for (auto step : {&Setup::take_options, &Setup::read_failregex, &Setup::add_expressions,
                      &Setup::read_ignoreregex}) {
      if (auto done = (this->*step)(); !done) return done.error();
    }
    return std::move(result_);
  }

 private:
  Result<void> take_options() {
    if (options_.max_lines > 0) {
      if (auto set = set_max_lines(options_.max_lines); !set) return set;
      result_.shown_lines = static_cast<size_t>(options_.max_lines);
    }
    if (options_.journal_match) {
      auto words = config::split_shell_words(*options_.journal_match);
      if (!words) return prefixed(Result<void>(words.error()));
      result_.journal_match = std::move(*words);
    }
    if (options_.timezone) {
      auto zone = result_.filter.set_log_timezone(*options_.timezone);
      if (!zone) return prefixed(zone);
    }
    if (options_.date_pattern) {
      if (auto set = set_date_pattern(*options_.date_pattern); !set) return set;
    }
    if (options_.use_dns) {
      auto use_dns = filter::parse_use_dns(*options_.use_dns);
      result_.filter.set_use_dns(use_dns.value_or(filter::UseDns::no));
    }
    filter::Rules rules;
    rules.raw_names = options_.raw;
    rules.check_all_regexes = options_.check_all && options_.reports();
    rules.report_pending = options_.reports();
    rules.exact_notes = options_.reports();
    rules.keep_undated = options_.debuggex;
    result_.filter.set_rules(rules);
    return {};
  }

  Result<void> read_failregex() {
    const std::string& text = options_.regex;
    if (!looks_like_name(text)) return read_failregex_text();
    auto given = config::parse_name_with_parameters(text);
    if (!given) return wrong_name(given.error().message);
    // Whether it is a jail only the configuration can tell.
    if (!looks_like_path(given->name) &&
        files_.kind(options_.config) != config::FileKind::directory) {
      return wrong_name("Base configuration directory " + options_.config + " does not exist ");
    }
    if (is_jail(given->name)) return read_jail(*given);
    if (auto found = find_file(given->name)) return read_filter(*given, found->directory);
    return read_failregex_text();
  }

  Result<void> read_ignoreregex() {
    if (!options_.ignore_regex) return {};
    read_text("ignoreregex", *options_.ignore_regex, result_.ignoreregexes);
    return prefixed(result_.filter.add_ignoreregex(*options_.ignore_regex));
  }

  void read_text(const std::string& kind, const std::string& text, std::vector<std::string>& list) {
    announce_("Use " + std::string(11 - kind.size(), ' ') + kind + " line : " + shortened(text));
    list.push_back(text);
  }

  Result<void> read_failregex_text() {
    read_text("failregex", options_.regex, result_.failregexes);
    return {};
  }

  bool is_jail(const std::string& name) const {
    if (looks_like_path(name)) return false;
    auto jails = config::list_jails(files_, request(options_.config));
    return std::find(jails.begin(), jails.end(), name) != jails.end();
  }

  std::optional<FilterFile> find_file(const std::string& name) const {
    std::string directory = options_.config;
    std::vector<std::string> names = {name};
    if (!has_extension(name)) names = {name, name + ".conf", name + ".local"};
    for (std::string path : names) {
      if (directory_of(path) == "filter.d") {
        path = directory + "/" + path;
      } else if (path.find('/') != std::string::npos) {
        directory = directory_of(path);
      } else {
        path = directory + (base_of(directory) == "filter.d" ? "/" : "/filter.d/") + path;
      }
      if (files_.kind(path) == config::FileKind::regular) return FilterFile{directory};
    }
    return std::nullopt;
  }

  Result<void> read_jail(const config::NameWithParameters& given) {
    announce_("Use             jail : " + given.name);
    if (!given.parameters.empty()) {
      announce_("Use jail/flt options : " + repr_of(given.parameters));
    }
    config::Parameters parameters = given.parameters;
    parameters.emplace_back("backend", backend());
    config::Stream stream =
        config::read_jail(files_, request(options_.config), given.name, parameters);
    if (stream.outcome != config::Outcome::good) {
      return failed(stream, "ERROR: Failed to get jail for " + protocol::repr_text(options_.regex));
    }
    announce_real_options(stream);
    return take_commands(stream);
  }

  Result<void> read_filter(const config::NameWithParameters& given, std::string directory) {
    config::FilterRequest filter;
    filter.parameters = given.parameters;
    filter.backend = backend();
    bool in_filter_d = base_of(directory) == "filter.d";
    bool bare = !has_extension(given.name) && given.name.find('/') == std::string::npos;
    filter.standalone = directory != options_.config && !in_filter_d && !bare;
    if (filter.standalone) {
      filter.name = files_.absolute(given.name);
      announce_("Use      filter file : " + given.name);
      directory = options_.config;
    } else {
      if (in_filter_d) directory = directory_of(directory);
      filter.name = without_extension(base_of(given.name));
      announce_("Use      filter file : " + filter.name + ", basedir: " + directory);
    }
    if (!given.parameters.empty()) {
      announce_("Use   filter options : " + repr_of(given.parameters));
    }
    config::Stream stream = config::read_filter(files_, request(directory), filter);
    if (stream.outcome != config::Outcome::good) {
      return failed(stream, "ERROR: failed to load filter " + options_.regex);
    }
    announce_real_options(stream);
    // As fail2ban: a file that says nothing at all may be a regular expression.
    return stream.commands.empty() ? read_failregex_text() : take_commands(stream);
  }

  void announce_real_options(const config::Stream& stream) const {
    if (!shows_real_options_) return;
    protocol::Dict real;
    for (const auto& [name, value] : stream.real_options) real.items.emplace_back(name, value);
    announce_("Real  filter options : " + protocol::repr(protocol::Value(real)));
  }

  static config::Request request(const std::string& directory) {
    config::Request request;
    request.directory = directory;
    request.accept_missing_logs = true;
    return request;
  }

  std::string backend() const {
    return base::trim_left(options_.logs.front()).substr(0, 15) == "systemd-journal" ? "systemd"
                                                                                     : "auto";
  }

  // The commands a server would get; of them only what makes a filter counts here.
  Result<void> take_commands(const config::Stream& stream) {
    for (const protocol::Command& command : stream.commands) {
      if (command.size() < 4) continue;
      const std::string* verb = command[0].get<std::string>();
      const std::string* option = command[2].get<std::string>();
      if (!verb || !option || (*verb != "set" && *verb != "multi-set")) continue;
      if (*option == "addjournalmatch") {
        add_journal_match(values_of(command));
        continue;
      }
      for (const std::string& value : values_of(command)) {
        if (auto taken = take(*option, value); !taken) return taken;
      }
    }
    return {};
  }

  static std::vector<std::string> values_of(const protocol::Command& command) {
    std::vector<std::string> values;
    const auto* list = command[3].get<protocol::List>();
    size_t count = list ? list->items.size() : command.size() - 3;
    for (size_t i = 0; i < count; ++i) {
      values.push_back(protocol::str(list ? list->items[i] : command[3 + i]));
    }
    return values;
  }

  Result<void> take(const std::string& option, const std::string& value) {
    if (option == "addfailregex") {
      result_.failregexes.push_back(value);
    } else if (option == "addignoreregex") {
      result_.ignoreregexes.push_back(value);
    } else if (option == "prefregex") {
      return prefixed(result_.filter.set_prefregex(value));
    } else if (option == "maxlines") {
      return set_max_lines(std::atoi(value.c_str()));
    } else if (option == "datepattern") {
      return set_date_pattern(value);
    }
    return {};
  }

  // Several lines of a filter are alternatives, as for the server.
  void add_journal_match(std::vector<std::string> words) {
    if (options_.journal_match) return;
    std::vector<std::string>& all = result_.journal_match;
    if (!all.empty()) all.emplace_back("+");
    std::move(words.begin(), words.end(), std::back_inserter(all));
  }

  // The first one given counts: the command line comes before the filter.
  Result<void> set_max_lines(int lines) {
    if (std::exchange(max_lines_set_, true)) return {};
    if (auto set = result_.filter.set_max_lines(lines); !set) return prefixed(set);
    announce_("Use         maxlines : " + std::to_string(lines));
    return {};
  }

  Result<void> set_date_pattern(const std::string& pattern) {
    if (std::exchange(result_.date_pattern_set, true)) return {};
    if (auto set = result_.filter.set_date_pattern(pattern); !set) return prefixed(set);
    auto templates = result_.filter.detector().describe();
    bool defaults = templates.empty() || templates.size() > 2;
    announce_("Use      datepattern : " + pattern + " : " +
              (defaults ? "Default Detectors" : templates.front().name));
    return {};
  }

  Result<void> add_expressions() {
    for (const std::string& text : result_.failregexes) {
      if (auto added = result_.filter.add_failregex(text); !added) return prefixed(added);
    }
    for (const std::string& text : result_.ignoreregexes) {
      if (auto added = result_.filter.add_ignoreregex(text); !added) return prefixed(added);
    }
    return {};
  }

  static Result<void> prefixed(const Result<void>& result) {
    if (result) return {};
    return Error{"ERROR: " + result.error().message};
  }

  Result<void> wrong_name(const std::string& why) const {
    return Error{"ERROR: Wrong filter name or options: " + why +
                 "\n       while parsing: " + options_.regex};
  }

  // What the configuration has to say comes before what that means here.
  static Result<void> failed(const config::Stream& stream, const std::string& what) {
    std::string text;
    for (const config::Diagnostic& diagnostic : stream.diagnostics) {
      if (diagnostic.level >= base::LogLevel::error) text += config::render(diagnostic) + "\n";
    }
    return Error{text + what};
  }

  const RegexOptions& options_;
  const bool shows_real_options_;
  const Announce& announce_;
  config::DiskFiles files_;
  RegexSetup result_;
  bool max_lines_set_ = false;
};

}  // namespace

base::Result<RegexSetup> set_up_regex(const RegexOptions& options, base::LogSink& log,
                                      const Announce& announce) {
  return Setup(options, log, announce).run();
}

std::string shortened(const std::string& text) {
  constexpr size_t kShown = 53;
  size_t characters = 0;
  size_t cut = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
    if (characters++ == kShown - 3) cut = i;
  }
  return characters > kShown ? text.substr(0, cut) + "..." : text;
}

}  // namespace gaoler::cmd
