#include "server/backend.h"

#include <algorithm>

#include "base/text.h"
#include "server/jail_values.h"

namespace gaoler::server {

base::Result<Backend> choose_backend(std::string_view configured) {
  const std::string name = base::to_lower(base::trim(configured.substr(0, configured.find('['))));
  if (name == "auto" || name == "pyinotify") return Backend{"pyinotify", "pyinotify {}", {}};
  if (name == "polling") return Backend{"polling", "poller {}", {}};
  if (name == "systemd") {
    std::string_view options = configured.substr(std::min(configured.find('['), configured.size()));
    if (options.starts_with('[')) options = options.substr(1, options.rfind(']') - 1);
    return Backend{"systemd", "systemd {}", parse_options(options)};
  }
  return base::Error{"Unknown backend " + std::string(configured) +
                     ". Must be among ['pyinotify', 'polling', 'systemd'] or 'auto'"};
}

}  // namespace gaoler::server
