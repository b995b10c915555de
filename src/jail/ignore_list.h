// IgnoreList: ignoreip and ignoreself of one jail, and the decision which of them spares an id.
//
// Pure: it neither resolves names nor reads files. Who calls gives in the own addresses, what names
// resolve to and the content of `file:` sets. ignorecommand and the cache (ignore_cache.h) come
// before and after it, in the caller's hands: cache, then this, then the command. Networks and
// files are asked before names, so that a name is only resolved when it decides (fail2ban asks in
// the order of the list; the decision is the same).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "jail/ignore_set.h"

namespace gaoler::jail {

enum class IgnoredBy { nothing, self, ip, dns, file, command };

struct IgnoreDecision {
  IgnoredBy by = IgnoredBy::nothing;
  // For the log line "Ignore X by SOURCE": "ignoreself rule", "ip", "dns", "command", "file:...".
  std::string source;
  // Only if nothing else spares the id: names whose addresses are not known yet. The caller
  // resolves them and asks again.
  std::vector<std::string> unresolved;

  bool ignored() const { return by != IgnoredBy::nothing; }
};

IgnoreDecision ignored_by_command();

class IgnoreList {
 public:
  // Words as given to addignoreip: addresses, networks, names, "file:/path". False for an empty
  // word and for one that is there already.
  bool add(std::string_view word);
  // The error has fail2ban's words.
  base::Result<void> remove(std::string_view word);
  void clear();

  // In the order of `get J ignoreip`: networks, names and files as they were added, then single
  // addresses.
  std::vector<std::string> words() const;

  void set_ignore_self(bool on) { ignore_self_ = on; }
  bool ignore_self() const { return ignore_self_; }

  // Paths of the `file:` sets. A set without content ignores nothing.
  std::vector<std::string> files() const;
  void set_file_content(std::string_view path, IgnoreSet set);

  // The addresses of a name; nothing if they are not known yet (none at all: an empty list).
  using Resolved = std::function<std::optional<std::vector<base::Network>>(std::string_view name)>;

  // `own`: addresses of this machine. `id`: address, network or any text.
  IgnoreDecision check(std::string_view id, const IgnoreSet& own, const Resolved& resolved) const;
  // Whether check() may need names at all: without them it never asks `resolved`.
  bool has_names() const;

 private:
  enum class Kind { address, name, file };
  struct Entry {
    Kind kind;
    std::string word;  // canonical for addresses
    std::string path;  // of a file
  };
  static Entry entry_of(std::string_view word);
  std::vector<Entry>::iterator find(std::string_view word);
  IgnoreDecision check_names(const base::Network& address, const Resolved& resolved) const;

  bool ignore_self_ = true;
  std::vector<Entry> entries_;  // all but single addresses
  std::vector<std::string> singles_;
  IgnoreSet addresses_;  // single ones and networks
  std::map<std::string, IgnoreSet, std::less<>> files_;
};

}  // namespace gaoler::jail
