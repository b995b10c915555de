// Commands that filters, actions and jails turn into. A jail's options may replace its filter's:
// both go through add_filter_commands, in that order.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/definition.h"
#include "config/report.h"
#include "protocol/value.h"

namespace gaoler::config {

using Commands = std::vector<protocol::Command>;

// Where a part of an option's text is; asked only when something is wrong there.
using PlaceOfOption = std::function<Place(std::string_view option, std::string_view part)>;

// The options of a filter, which a jail may set as well.
extern const std::vector<OptionSpec> kFilterSpecs;
extern const std::vector<OptionSpec> kActionSpecs;

// What regular expressions depend on (usedns, prefregex, maxlines) goes before what is there
// already.
void add_filter_commands(Commands& commands, const Options& options, const std::string& jail,
                         const PlaceOfOption& place, Report& report);

// `logtype` of a filter follows the jail's backend ("journal" for systemd, else "file") unless
// somebody says otherwise.
void set_log_type(Definition& filter, std::string_view backend);

// What a filter file with its parameters says, tags replaced; nothing after a mistake.
Options filter_options(Definition& filter);

// An action file: "addaction" and its properties.
Commands action_commands(Definition& action, const std::string& jail,
                         const std::string& action_name);

// An action that is a Python module below action.d.
protocol::Command python_action_command(const std::string& directory, const std::string& jail,
                                        const NameWithParameters& action);

}  // namespace gaoler::config
