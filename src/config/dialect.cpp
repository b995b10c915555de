#include "config/dialect.h"

#include <algorithm>

namespace gaoler::config {
namespace {

bool knows_missing_logs(const StoredSection& section) {
  return section.find("skip_if_nologs") || section.find("systemd_if_nologs");
}

}  // namespace

Dialect dialect_of(const Store& jails) {
  const auto& sections = jails.sections();
  bool newer = knows_missing_logs(jails.defaults()) ||
               std::any_of(sections.begin(), sections.end(),
                           [](const auto& section) { return knows_missing_logs(*section.second); });
  return newer ? Dialect::fail2ban_1_1_1 : Dialect::fail2ban_1_1_0;
}

}  // namespace gaoler::config
