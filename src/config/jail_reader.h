// JailReader: one section of jail.conf with its filter and actions -> the commands that define the
// jail.
//
// A jail that can't be used (file of its filter missing, parameters misspelt) becomes one
// "config-error" command; the other jails go on. Mistakes of the dialect are the whole
// configuration's (Report::broken).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/commands.h"
#include "config/loader.h"
#include "config/stream.h"

namespace gaoler::config {

class JailReader {
 public:
  struct Settings {
    bool force_enabled = false;
    bool accept_missing_logs = false;
    Dialect dialect = Dialect::fail2ban_1_1_0;
    Parameters laid_over;  // over the jail's first options and its filter's parameters
  };

  // jails: the store of "jail"; what the filter's options are known as is laid over the jail's
  // section there.
  JailReader(Loader& loader, Store& jails, std::string name, Settings settings, Report& report);

  // without_logs: it asked to be skipped then, which is no mistake.
  enum class Verdict { disabled, good, wrong, without_logs };
  Verdict read();

  // After read(): empty for a disabled jail.
  Commands& commands() { return commands_; }
  Commands& log_globs() { return log_globs_; }
  // What an option came out as; nullptr if neither the jail nor its filter has it among theirs.
  const protocol::Value* real_option(std::string_view name) const;
  const Definition* filter() const { return filter_ ? &*filter_ : nullptr; }

 private:
  // Nothing, or why this jail can't be used.
  using Problem = std::optional<std::string>;

  Problem read_filter(const std::string& text);
  Problem read_actions(const std::string& text);
  Problem read_action(std::string_view text);
  void know_filter_options();
  void make_commands(const std::string& backend);
  void add_options();
  bool add_log_paths(const std::string& paths, std::string& backend);  // false: skip the jail
  size_t add_log_path(std::string_view line);
  bool missing_logs(std::string& backend);
  Verdict skip(const std::string& reason, Verdict verdict);
  bool is_on(std::string_view option, bool otherwise);
  Place place_of_option(std::string_view option, std::string_view part = {}) const;

  Loader& loader_;
  Store& jails_;
  std::string name_;
  Settings settings_;
  Report& report_;
  TextPool pool_;
  Options options_;
  Texts option_texts_;
  std::optional<Definition> filter_;
  Options filter_options_;
  Commands commands_;
  Commands log_commands_;
  Commands log_globs_;

  // A Python module is one command; an action file's commands are made when the whole jail is known
  // to be usable.
  struct Action {
    std::string name;
    std::optional<Definition> definition;
    protocol::Command command;
  };
  std::vector<Action> actions_;
};

}  // namespace gaoler::config
