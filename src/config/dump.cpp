#include "base/text.h"
#include "config/loader.h"
#include "config/options.h"
#include "config/stream.h"

namespace gaoler::config {
namespace {

// libiniparser writes what it is given: percent signs are escaped, lines of a value indented so
// that they continue it, and the origin follows as a comment.
std::string as_written(const std::string& text, const Origin& origin) {
  std::string value = base::replace_all(base::replace_all(text, "%", "%%"), "\n", "\n    ");
  if (origin.file) value += " ; " + origin.file->path + ':' + std::to_string(origin.line);
  return value;
}

std::string on_one_line(std::string_view text) {
  return base::replace_all(std::string(text), "\n", " ");
}

class Dump {
 public:
  explicit Dump(Report& report) : report_(report) {}

  void add_section(const Store& store, std::string_view section, std::string_view shown) {
    dictionary_.add_section(Dictionary::key(shown, {}));
    const StoredSection* options = store.section(section);
    if (!options) return;
    for (const auto& [name, option] : *options) add(store, section, shown, name, option);
  }

  // What a section gets from [DEFAULT] as well, where it does not say otherwise itself.
  void add_defaults(const Store& store, std::string_view section, std::string_view shown) {
    for (const auto& [name, option] : store.defaults()) {
      if (option.origin.file && !store.section(section)->contains(name))
        add(store, section, shown, name, option);
    }
  }

  std::string text() const { return dictionary_.text(); }

 private:
  void add(const Store& store, std::string_view section, std::string_view shown,
           std::string_view name, const StoredOption& option) {
    Report unheard;  // an option that nobody uses need not be resolvable
    TextPool pool;
    Resolved resolved = resolve(store, section, name, {}, pool, unheard);
    std::string text = resolved.is_text() ? as_written(std::string(resolved.text), option.origin)
                                          : "; can't be resolved by itself: " +
                                                on_one_line(option.text.value_or(""));
    if (!report_.spend(text.size())) return;
    dictionary_.set(Dictionary::key(shown, name), text);
  }

  Report& report_;
  Dictionary dictionary_;
};

bool is_enabled(const Store& jails, std::string_view jail) {
  Report unheard;
  TextPool pool;
  Resolved enabled = resolve(jails, jail, "enabled", {}, pool, unheard);
  return enabled.is_text() && convert(OptionKind::boolean, enabled.text) == protocol::Value(true);
}

void add_jail(Dump& dump, const Store& jails, std::string_view jail) {
  dump.add_section(jails, jail, jail);
  dump.add_defaults(jails, jail, jail);
}

void add_file(Dump& dump, const Store& store) {
  for (const auto& [name, section] : store.sections()) {
    dump.add_section(store, name, name);
    dump.add_defaults(store, name, name);
  }
}

std::string without_extension(const std::string& name) {
  for (const char* extension : {".conf", ".local"}) {
    if (name.ends_with(extension))
      return name.substr(0, name.size() - std::string_view(extension).size());
  }
  return name;
}

base::Error first_mistake(Report& report, std::string otherwise) {
  for (const Diagnostic& diagnostic : report.take()) {
    if (diagnostic.level >= base::LogLevel::error) return {render(diagnostic)};
  }
  return {std::move(otherwise)};
}

}  // namespace

base::Result<std::string> dump_ini(const FileSource& files, const Request& request,
                                   const std::string& what) {
  Report report;
  Loader loader(files, request.directory, report);
  Dump dump(report);
  Store* jails = loader.load("jail");
  if (jails) {
    jails->overlay_default("fail2ban_version", request.version);
    jails->overlay_default("fail2ban_confpath", loader.directory());
  }
  if (what.empty()) {
    if (const Store* server = loader.load("fail2ban")) add_file(dump, *server);
    if (jails) {
      for (const auto& [name, section] : jails->sections()) {
        if (is_enabled(*jails, name)) add_jail(dump, *jails, name);
      }
    }
  } else if (jails && jails->section(what)) {
    add_jail(dump, *jails, what);
  } else if (const Store* store = loader.load(without_extension(what))) {
    add_file(dump, *store);
  } else {
    return first_mistake(report, "there is no jail and no file '" + what + "'");
  }
  if (report.broken()) return first_mistake(report, "the configuration can't be read");
  return dump.text();
}

}  // namespace gaoler::config
