// IgnoreCheck: whether an id is to be spared, with everything that the decision may have to wait
// for.
//
// Order as fail2ban: ignorecache, ignoreself, addresses, networks, names and files, ignorecommand.
// Names are resolved and the command is run off the loop; until then nothing waits but this one
// failure. One per jail, one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "action/tags.h"
#include "base/result.h"
#include "jail/ignore_cache.h"
#include "jail/ignore_list.h"
#include "server/services.h"

namespace gaoler::server {

class IgnoreCheck {
 public:
  using Done = std::function<void(const jail::IgnoreDecision&)>;

  explicit IgnoreCheck(Services& services) : services_(services) {}

  jail::IgnoreList& list() { return list_; }
  const jail::IgnoreList& list() const { return list_; }

  // As nothing had ever been set.
  void reset();
  void set_command(std::string command) { command_ = std::move(command); }
  const std::optional<std::string>& command() const { return command_; }  // nothing if never set
  void set_cache(std::optional<jail::IgnoreCacheOptions> options);
  const std::optional<jail::IgnoreCache>& cache() const { return cache_; }

  // `tags` gives the values for the command and the cache's key. `done` may be called at once.
  void decide(const std::string& id, action::TagLookup tags, Done done);

  // Own addresses are asked for anew at the next decision.
  void forget_own_addresses() { own_known_until_ = 0; }

 private:
  void decide_by_list(const std::string& id, action::TagLookup tags, Done done);
  void resolve_then_decide(const std::string& id, std::vector<std::string> names,
                           action::TagLookup tags, Done done);
  void decide_by_command(action::TagLookup tags, Done done);
  void reload_files();
  const jail::IgnoreSet& own_addresses();

  Services& services_;
  jail::IgnoreList list_;
  std::optional<std::string> command_;
  std::optional<jail::IgnoreCache> cache_;
  std::map<std::string, std::vector<base::Network>> resolved_;
  jail::IgnoreSet own_;
  base::UnixTime own_known_until_ = 0;
  std::map<std::string, std::pair<int64_t, int64_t>>
      file_versions_;  // size and time of change as last read
  base::UnixTime files_checked_ = 0;
};

}  // namespace gaoler::server
