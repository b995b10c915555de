#include "server/backend.h"

#include "base/text.h"

namespace gaoler::server {

base::Result<Backend> choose_backend(std::string_view configured) {
  const std::string name = base::to_lower(base::trim(configured.substr(0, configured.find('['))));
  if (name == "auto" || name == "pyinotify") return Backend{"pyinotify", "pyinotify {}"};
  if (name == "polling") return Backend{"polling", "poller {}"};
  if (name == "systemd") return Backend{"systemd", "systemd {}"};
  return base::Error{"Unknown backend " + std::string(configured) +
                     ". Must be among ['pyinotify', 'polling', 'systemd'] or 'auto'"};
}

}  // namespace gaoler::server
