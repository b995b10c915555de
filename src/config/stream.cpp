#include "config/stream.h"

#include <algorithm>
#include <iterator>

#include "config/jails.h"
#include "config/main_reader.h"

namespace gaoler::config {
namespace {

using protocol::Command;

bool directory_exists(Loader& loader, Report& report) {
  if (loader.files().kind(loader.directory().empty() ? "/" : loader.directory()) !=
      FileKind::missing)
    return true;
  report.fatal("Base configuration directory " + loader.directory() + " does not exist", {},
               "name another one with -c");
  return false;
}

// The store of all jails with what every jail may refer to.
Store* load_jails(Loader& loader, const Request& request) {
  Store* jails = loader.load("jail");
  if (!jails) return nullptr;
  jails->overlay_default("fail2ban_version", request.version);
  jails->overlay_default("fail2ban_confpath", loader.directory());
  return jails;
}

bool is_jail(std::string_view section) {
  return section != "INCLUDES" && !section.starts_with("KNOWN/");
}

std::vector<std::string> jail_names(const Store& jails) {
  std::vector<std::string> names;
  for (const auto& [name, section] : jails.sections()) {
    if (is_jail(name)) names.emplace_back(name);
  }
  return names;
}

Stream finish(Commands commands, Outcome outcome, Report& report) {
  Stream stream;
  stream.outcome = report.broken() ? Outcome::broken : outcome;
  if (stream.outcome != Outcome::broken) stream.commands = std::move(commands);
  stream.diagnostics = report.take();
  return stream;
}

// `combined` knows some options by name; of the others the filter's [Definition] may tell.
template <typename Given, typename Combined>
Stream::RealOptions real_options(const Given& given, const Combined& combined,
                                 const Definition* filter) {
  std::vector<std::string_view> names{"logtype", "datepattern"};
  for (const auto& [name, value] : given) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  Stream::RealOptions options;
  for (const std::string_view name : names) {
    if (const protocol::Value* value = combined(name)) {
      options.emplace_back(name, *value);
    } else if (!filter) {
      options.emplace_back(name, protocol::Value());
    } else if (Resolved own = filter->defined(name); own.is_text()) {
      options.emplace_back(name, std::string(own.text));
    }
  }
  return options;
}

}  // namespace

Stream read_stream(const FileSource& files, const Request& request) {
  Report report;
  Loader loader(files, request.directory, report);
  if (!directory_exists(loader, report)) return finish({}, Outcome::broken, report);
  Commands commands = server_commands(loader, client_options(loader, request, report), report);
  Store* jails = load_jails(loader, request);
  if (request.jail && (!jails || !jails->section(*request.jail))) {
    report.fatal("No section: '" + *request.jail + "'", {},
                 "there is no such jail in jail.conf, jail.d and jail.local");
    return finish({}, Outcome::broken, report);
  }
  JailsRead read;
  if (jails) {
    read = read_jails(
        loader, *jails, request.jail ? std::vector{*request.jail} : jail_names(*jails),
        {false, request.accept_missing_logs, dialect_of(*jails), {}}, request.workers, report);
  }
  std::move(read.commands.begin(), read.commands.end(), std::back_inserter(commands));
  bool usable = !read.any_wrong || (read.any_good && !request.refuse_wrong_jails);
  Stream stream = finish(std::move(commands), usable ? Outcome::good : Outcome::some_wrong, report);
  if (stream.outcome != Outcome::broken) stream.log_globs = std::move(read.log_globs);
  return stream;
}

ClientOptions read_client_options(const FileSource& files, const Request& request) {
  Report report;
  Loader loader(files, request.directory, report);
  ClientOptions client;
  bool all_given = request.overrides.size() == 5;
  if (all_given || directory_exists(loader, report))
    client = client_options(loader, request, report);
  client.readable = !report.broken();
  client.diagnostics = report.take();
  return client;
}

std::vector<std::string> list_jails(const FileSource& files, const Request& request) {
  Report report;
  Loader loader(files, request.directory, report);
  Store* jails = loader.load("jail");
  return jails ? jail_names(*jails) : std::vector<std::string>{};
}

Stream read_jail(const FileSource& files, const Request& request, const std::string& jail,
                 const Parameters& parameters) {
  Report report;
  Loader loader(files, request.directory, report);
  Store* jails = load_jails(loader, request);
  if (!jails || !jails->section(jail)) {
    report.fatal("Jail '" + jail + "' was not found among available", {},
                 "check jail.conf, jail.d and jail.local");
    return finish({}, Outcome::broken, report);
  }
  report.set_jail(jail);
  JailReader reader(loader, *jails, jail, {true, true, dialect_of(*jails), parameters}, report);
  Outcome outcome =
      reader.read() == JailReader::Verdict::good ? Outcome::good : Outcome::some_wrong;
  Stream::RealOptions real = real_options(
      parameters, [&](std::string_view name) { return reader.real_option(name); }, reader.filter());
  Stream stream = finish(std::move(reader.commands()), outcome, report);
  stream.real_options = std::move(real);
  return stream;
}

Stream read_filter(const FileSource& files, const Request& request, const FilterRequest& filter) {
  Report report;
  Loader loader(files, request.directory, report);
  TextPool pool;
  Texts parameters;
  for (const auto& [name, value] : filter.parameters) parameters.set(name, value);
  Definition definition(loader.name_in("filter.d", filter.name), std::move(parameters),
                        kFilterSpecs, Dialect::fail2ban_1_1_0, pool, report);
  bool loaded = filter.standalone ? definition.load_alone(loader, files.absolute(filter.name))
                                  : definition.load(loader);
  if (!loaded) {
    report.fatal("failed to load filter " + filter.name, {},
                 "check the name, and that the file may be read");
    return finish({}, Outcome::broken, report);
  }
  set_log_type(definition, filter.backend);
  definition.read({}, false);
  const Options options = filter_options(definition);
  Commands commands;
  const auto place = [&](std::string_view option, std::string_view part) {
    return definition.place_of_option(option, part);
  };
  add_filter_commands(commands, options, filter.jail, place, report);
  Stream::RealOptions real = real_options(
      definition.parameters().items(),
      [&](std::string_view name) { return find_option(options, name); }, &definition);
  Stream stream = finish(std::move(commands), Outcome::good, report);
  stream.real_options = std::move(real);
  return stream;
}

}  // namespace gaoler::config
