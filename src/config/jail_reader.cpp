#include "config/jail_reader.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "config/glob.h"
#include "config/parameters.h"
#include "config/words.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

using protocol::Command;
using protocol::repr_text;
using protocol::Value;

// Enough to know whether the jail is wanted and what its filter is; only these are read of a
// disabled jail.
const std::vector<OptionSpec> kFirstSpecs{
    {"enabled", OptionKind::boolean, "false"},
    {"backend", OptionKind::text, "auto"},
    {"filter", OptionKind::text, ""},
};

const std::vector<OptionSpec> kSpecs = [] {
  std::vector<OptionSpec> specs{
      {"enabled", OptionKind::boolean, "false"},
      {"backend", OptionKind::text, "auto"},
      {"maxretry", OptionKind::integer},
      {"maxmatches", OptionKind::integer},
      {"findtime"},
      {"bantime"},
      {"bantime.increment", OptionKind::boolean},
      {"bantime.factor"},
      {"bantime.formula"},
      {"bantime.multipliers"},
      {"bantime.maxtime"},
      {"bantime.rndtime"},
      {"bantime.overalljails", OptionKind::boolean},
      {"ignorecommand"},
      {"ignoreself", OptionKind::boolean},
      {"ignoreip"},
      {"ignorecache"},
      {"filter", OptionKind::text, ""},
      {"logtimezone"},
      {"logencoding"},
      {"logpath"},
      {"action", OptionKind::text, ""},
  };
  specs.insert(specs.end(), kFilterSpecs.begin(), kFilterSpecs.end());
  return specs;
}();

// Options of a jail that no command of their own is made of.
bool is_used_up(std::string_view option) {
  return option == "action" || option == "filter" || option == "enabled" || option == "backend" ||
         find_spec(kFilterSpecs, option);
}

bool is_journal(std::string_view backend) {
  return backend.starts_with("systemd");
}

Texts texts_of(const Parameters& parameters, TextPool& pool) {
  Texts texts;
  for (const auto& [name, value] : parameters) texts.set(pool.keep(name), pool.keep(value));
  return texts;
}

// The action's name within its jail: two uses of one file need different ones.
std::string action_name(const std::string& file, const std::string& name, const std::string& jail) {
  if (name == jail) return file;
  return name.starts_with(jail) ? file + name.substr(jail.size()) : file + '-' + name;
}

}  // namespace

JailReader::JailReader(Loader& loader, Store& jails, std::string name, Settings settings,
                       Report& report)
    : loader_(loader),
      jails_(jails),
      name_(std::move(name)),
      settings_(std::move(settings)),
      report_(report) {}

JailReader::Verdict JailReader::read() {
  options_ = read_options(jails_, name_, kFirstSpecs, report_);
  for (const auto& given : settings_.laid_over) {
    std::erase_if(options_, [&](const auto& option) { return option.first == given.first; });
    options_.emplace_back(given.first, given.second);
  }
  const Value* enabled = find_option(options_, "enabled");
  if (!settings_.force_enabled && (!enabled || *enabled != Value(true))) return Verdict::disabled;
  option_texts_ = as_texts(options_, pool_);
  Problem problem = read_filter(text_option(options_, "filter"));
  if (!problem) {
    options_ = read_options(jails_, name_, kSpecs, report_);
    option_texts_ = as_texts(options_, pool_);
    if (filter_) filter_->read(option_texts_, false);
    problem = read_actions(text_option(options_, "action"));
  }
  std::string backend = text_option(options_, "backend");
  if (problem) return skip("wrong configuration: " + *problem, Verdict::wrong);
  if (filter_) filter_options_ = filter_options(*filter_);
  const auto place_in_filter = [this](std::string_view option, std::string_view part) {
    return filter_->place_of_option(option, part);
  };
  const auto place = [this](std::string_view option, std::string_view part) {
    return place_of_option(option, part);
  };
  add_filter_commands(commands_, filter_options_, name_, place_in_filter, report_);
  add_filter_commands(commands_, options_, name_, place, report_);
  add_options();
  bool has_logs = find_option(options_, "logpath") != nullptr;
  if (has_logs && !add_log_paths(text_option(options_, "logpath"), backend))
    return skip("missing log files.", Verdict::without_logs);
  make_commands(backend);
  return Verdict::good;
}

const Value* JailReader::real_option(std::string_view name) const {
  const Value* of_filter = find_option(filter_options_, name);
  return of_filter ? of_filter : find_option(options_, name);
}

JailReader::Verdict JailReader::skip(const std::string& reason, Verdict verdict) {
  commands_ = {{"config-error", "Jail '" + name_ + "' skipped, because of " + reason}};
  return verdict;
}

void JailReader::make_commands(const std::string& backend) {
  commands_.insert(commands_.begin(), Command{"add", name_, backend});
  std::move(log_commands_.begin(), log_commands_.end(), std::back_inserter(commands_));
  for (Action& action : actions_) {
    Commands made{std::move(action.command)};
    if (action.definition) made = action_commands(*action.definition, name_, action.name);
    std::move(made.begin(), made.end(), std::back_inserter(commands_));
  }
}

JailReader::Problem JailReader::read_filter(const std::string& text) {
  if (text.empty()) {
    report_.warning("no filter is set: the jail can only be used for manual bans",
                    place_of_option("filter"));
    return std::nullopt;
  }
  base::Result<NameWithParameters> filter = parse_name_with_parameters(text);
  if (!filter) {
    std::string problem =
        "Invalid filter definition " + repr_text(text) + ": " + filter.error().message;
    report_.error(problem, place_of_option("filter", text),
                  "write it as name[key=value, key=\"value\"]; the jail is skipped");
    return problem;
  }
  Texts parameters = texts_of(filter->parameters, pool_);
  parameters.set_all(texts_of(settings_.laid_over, pool_));
  filter_.emplace(loader_.name_in("filter.d", filter->name), std::move(parameters), kFilterSpecs,
                  settings_.dialect, pool_, report_);
  if (!filter_->load(loader_)) {
    std::string problem = "Unable to read the filter " + repr_text(filter->name);
    report_.error(problem, place_of_option("filter", filter->name),
                  "create the file, or correct the name; the jail is skipped");
    return problem;
  }
  know_filter_options();
  return std::nullopt;
}

void JailReader::know_filter_options() {
  set_log_type(*filter_, text_option(options_, "backend"));
  filter_->read(option_texts_, true);
  std::optional<Texts> all = filter_->combine({});
  if (!all) return;
  for (const auto& [name, text] : all->items()) {
    if (name.starts_with("known/") || name == "__name__") continue;
    const OptionSpec* spec = find_spec(kFilterSpecs, name);
    bool is_text = !spec || spec->kind == OptionKind::text;
    jails_.overlay(name_, pool_.keep("known/", name), is_text ? text : std::nullopt);
  }
}

JailReader::Problem JailReader::read_actions(const std::string& text) {
  for (std::string_view action : split_actions(text)) {
    if (Problem problem = read_action(action)) return problem;
  }
  if (actions_.empty())
    report_.warning("no actions are defined: bans of this jail have no effect",
                    place_of_option("action"));
  return std::nullopt;
}

JailReader::Problem JailReader::read_action(std::string_view text) {
  base::Result<NameWithParameters> action = parse_name_with_parameters(text);
  if (!action) {
    std::string problem =
        "Invalid action definition " + repr_text(text) + ": " + action.error().message;
    report_.error(problem, place_of_option("action", text),
                  "write it as name[key=value, key=\"value\"]; the jail is skipped");
    return problem;
  }
  if (action->name.ends_with(".py")) {
    actions_.push_back(
        {{}, std::nullopt, python_action_command(loader_.directory(), name_, *action)});
    return std::nullopt;
  }
  Texts parameters = texts_of(action->parameters, pool_);
  if (!parameters.contains("name")) parameters.set("name", name_);
  if (!parameters.contains("actname")) {
    const std::string name(parameters.find("name").value_or(""));
    parameters.set("actname", pool_.keep(action_name(action->name, name, name_)));
  }
  std::string name(parameters.find("actname").value_or(""));
  Definition definition(loader_.name_in("action.d", action->name), std::move(parameters),
                        kActionSpecs, settings_.dialect, pool_, report_);
  if (!definition.load(loader_)) {
    std::string problem = "Unable to read action " + repr_text(action->name);
    report_.error(problem, place_of_option("action", action->name),
                  "create the file, or correct the name; the jail is skipped");
    return problem;
  }
  definition.read(option_texts_, false);
  actions_.push_back({std::move(name), std::move(definition), {}});
  return std::nullopt;
}

void JailReader::add_options() {
  for (const auto& [name, value] : options_) {
    if (is_used_up(name) || name == "logpath") continue;
    Command command{"set", name_, name == "ignoreip" ? "addignoreip" : name};
    if (name != "ignoreip") {
      command.push_back(value);
    } else if (const std::string* text = value.get<std::string>()) {
      for (std::string& word : split_list(*text)) command.emplace_back(std::move(word));
    }
    commands_.push_back(std::move(command));
  }
}

bool JailReader::add_log_paths(const std::string& paths, std::string& backend) {
  if (is_journal(backend)) return true;
  size_t found = 0;
  for (std::string_view line : base::split(paths, '\n')) found += add_log_path(line);
  return found > 0 || missing_logs(backend);
}

size_t JailReader::add_log_path(std::string_view line) {
  size_t space = line.rfind(' ');
  std::string pattern(line.substr(0, space));
  std::string where =
      space == std::string_view::npos ? "head" : std::string(line.substr(space + 1));
  std::vector<std::string> paths = expand_glob(loader_.files(), pattern);
  if (pattern.find_first_of("*?[") != std::string::npos) {
    log_globs_.push_back({"set", name_, "addlogglob", pattern, where});
  }
  if (paths.empty()) report_.notice("no file found for " + pattern);
  size_t found = 0;
  for (std::string& path : paths) {
    if (loader_.files().kind(path) == FileKind::missing) {
      report_.warning("file " + path + " is a dangling link, thus cannot be monitored");
      continue;
    }
    log_commands_.push_back({"set", name_, "addlogpath", std::move(path), where});
    ++found;
  }
  return found;
}

// As 1.1.1 where it is asked for; else a jail without logs is the whole configuration's mistake.
bool JailReader::missing_logs(std::string& backend) {
  std::string text = "Have not found any log file for " + name_ + " jail";
  Place place = place_of_option("logpath");
  bool may_move = settings_.dialect == Dialect::fail2ban_1_1_1 && backend.starts_with("auto");
  bool has_match = find_option(options_, "journalmatch") != nullptr;  // of its own, if empty
  if (may_move && has_match && is_on("systemd_if_nologs", true)) {
    report_.warning(text + "; it will follow the systemd journal", place);
    backend = "systemd";
    return true;
  }
  if (is_on("skip_if_nologs", false)) {
    report_.warning(text + "; it is skipped", place);
    return false;
  }
  const char* advice =
      "correct logpath, create the file, disable the jail, or set `skip_if_nologs = true` to start "
      "without it";
  if (settings_.accept_missing_logs) {
    report_.warning(std::move(text), std::move(place));
  } else {
    report_.fatal(std::move(text), std::move(place), advice);
  }
  return true;
}

bool JailReader::is_on(std::string_view option, bool otherwise) {
  Resolved resolved = resolve(jails_, name_, option, {}, pool_, report_);
  if (resolved.kind == Resolved::Kind::no_option) return otherwise;
  return resolved.is_text() && convert(OptionKind::boolean, resolved.text) == Value(true);
}

Place JailReader::place_of_option(std::string_view option, std::string_view part) const {
  const StoredSection* section = jails_.section(name_);
  const StoredOption* found = section ? section->find(option) : nullptr;
  if (!found) found = jails_.defaults().find(option);
  return found ? place_of(found->origin, part) : Place{};
}

}  // namespace gaoler::config
