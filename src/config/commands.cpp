#include "config/commands.h"

#include <algorithm>

#include "base/text.h"
#include "config/json.h"
#include "config/words.h"

namespace gaoler::config {
namespace {

using protocol::Command;
using protocol::List;
using protocol::Value;

// Not replaced here: their values are only known when a ban happens.
const TagNames kTagsOfBans{"matches", "ipmatches", "ipjailmatches", "timeout", "bantime"};

std::vector<std::string_view> lines_with_text(std::string_view text) {
  std::vector<std::string_view> lines = base::split(text, '\n');
  std::erase(lines, std::string_view());
  return lines;
}

void add_regexes(Commands& commands, std::string_view name, std::string_view text,
                 const std::string& jail) {
  const std::vector<std::string_view> regexes = lines_with_text(text);
  if (regexes.empty()) return;
  const std::string setting = "add" + std::string(name);
  if (regexes.size() == 1) {
    commands.push_back({"set", jail, setting, regexes.front()});
  } else {
    commands.push_back({"multi-set", jail, setting, List{{regexes.begin(), regexes.end()}}});
  }
}

void add_journal_matches(Commands& commands, const std::string& text, const std::string& jail,
                         const PlaceOfOption& place, Report& report) {
  for (std::string_view line : lines_with_text(text)) {
    base::Result<std::vector<std::string>> words = split_shell_words(line);
    if (!words) {
      report.fatal("journalmatch can't be split into words: " + words.error().message + " in \"" +
                       std::string(line) + '"',
                   place("journalmatch", line), "close the quote, or write \\\\ for a backslash");
      continue;
    }
    Command command{"set", jail, "addjournalmatch"};
    for (std::string& word : *words) command.emplace_back(std::move(word));
    commands.push_back(std::move(command));
  }
}

bool comes_first(std::string_view option) {
  return option == "usedns" || option == "maxlines" || option == "prefregex";
}

std::string stem(const std::string& name) {
  size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace

const std::vector<OptionSpec> kFilterSpecs{
    {"usedns"},
    {"prefregex"},
    {"ignoreregex"},
    {"failregex"},
    {"maxlines", OptionKind::integer},
    {"datepattern"},
    {"journalmatch"},
};

const std::vector<OptionSpec> kActionSpecs{
    {"actionstart"},
    {"actionstart_on_demand", OptionKind::boolean},
    {"actionstop"},
    {"actionflush"},
    {"actionreload"},
    {"actioncheck"},
    {"actionrepair"},
    {"actionrepair_on_unban", OptionKind::boolean},
    {"actionban"},
    {"actionprolong"},
    {"actionreban"},
    {"actionunban"},
    {"norestored", OptionKind::boolean},
};

void add_filter_commands(Commands& commands, const Options& options, const std::string& jail,
                         const PlaceOfOption& place, Report& report) {
  size_t first = 0;
  for (const auto& [name, value] : options) {
    if (value.is_none()) continue;
    const std::string* text = value.get<std::string>();
    if (comes_first(name)) {
      size_t rank = name == "usedns" ? 0 : first;
      commands.insert(commands.begin() + static_cast<std::ptrdiff_t>(rank),
                      {"set", jail, name, value});
      ++first;
    } else if (text && (name == "failregex" || name == "ignoreregex")) {
      add_regexes(commands, name, *text, jail);
    } else if (name == "datepattern") {
      commands.push_back({"set", jail, name, value});
    } else if (text && name == "journalmatch") {
      add_journal_matches(commands, *text, jail, place, report);
    }
  }
}

void set_log_type(Definition& filter, std::string_view backend) {
  const Texts::Text given = filter.parameters().find("logtype");
  if ((given && !given->empty()) || filter.defines("logtype")) return;
  filter.parameters().set("logtype", backend.starts_with("systemd") ? "journal" : "file");
}

Options filter_options(Definition& filter) {
  Options options;
  std::optional<Texts> all = filter.combine({});
  if (!all) return options;
  for (const auto& [name, text] : all->items())
    options.emplace_back(name, filter.typed(name, text));
  return options;
}

Commands action_commands(Definition& action, const std::string& jail,
                         const std::string& action_name) {
  Commands commands{{"set", jail, "addaction", action_name}};
  std::optional<Texts> all = action.combine(kTagsOfBans);
  if (!all) return commands;
  List properties;
  properties.items.reserve(all->items().size());
  auto add = [&](std::string_view name, Value value) {
    std::vector<Value>& pair = properties.items.emplace_back(List()).get<List>()->items;
    pair.reserve(2);
    pair.emplace_back(name);
    pair.push_back(std::move(value));
  };
  for (const auto& [name, text] : all->items()) {
    if (find_spec(kActionSpecs, name)) add(name, action.typed(name, text));
  }
  // Always at least two, "name" and "actname", so there is no form for a single one.
  for (const auto& [name, text] : action.parameters().items()) {
    if (find_spec(kActionSpecs, name) || name.starts_with("known/")) continue;
    add(name, text ? Value(*text) : Value());
  }
  commands.push_back({"multi-set", jail, "action", action_name});
  commands.back().push_back(std::move(properties));
  return commands;
}

Command python_action_command(const std::string& directory, const std::string& jail,
                              const NameWithParameters& action) {
  std::string name = stem(action.name);
  Parameters parameters = action.parameters;
  auto given = std::find_if(parameters.begin(), parameters.end(),
                            [](const auto& p) { return p.first == "actname"; });
  if (given != parameters.end()) {
    name = given->second;
    parameters.erase(given);
  }
  std::string path = join_path(join_path(directory, "action.d"), action.name);
  return {"set", jail, "addaction", std::move(name), std::move(path), json_object(parameters)};
}

}  // namespace gaoler::config
