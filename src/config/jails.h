// All jails of a configuration -> the commands that define them, in the order of their names.
//
// Jails hardly know of each other, so several threads may read them side by side. Each has a
// loader, a report and a copy of the jails' options of its own; what they share nobody writes. The
// result does not depend on their number: whenever a jail says that the order of reading matters
// for it (Report::order_matters), or a thread fails, all of that is thrown away and they are read
// one by one.
#pragma once

#include <string>
#include <vector>

#include "config/jail_reader.h"

namespace gaoler::config {

struct JailsRead {
  bool any_good = false;
  bool any_wrong = false;
  Commands commands;  // those that start the good jails come last
  Commands log_globs;
};

// loader, jails and report as a JailReader wants them, lent for the call.
JailsRead read_jails(Loader& loader, Store& jails, const std::vector<std::string>& names,
                     const JailReader::Settings& settings, size_t workers, Report& report);

}  // namespace gaoler::config
