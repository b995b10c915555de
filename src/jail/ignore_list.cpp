#include "jail/ignore_list.h"

#include <algorithm>

namespace gaoler::jail {
namespace {

constexpr std::string_view kFilePrefix = "file:";

// "file:/path" and "file:///path" name the same file.
std::string path_of(std::string_view word) {
  std::string_view path = word.substr(kFilePrefix.size());
  if (path.starts_with("//")) path.remove_prefix(2);
  return std::string(path);
}

}  // namespace

IgnoreDecision ignored_by_command() {
  return {IgnoredBy::command, "command", {}};
}

IgnoreList::Entry IgnoreList::entry_of(std::string_view word) {
  if (word.starts_with(kFilePrefix)) return {Kind::file, std::string(word), path_of(word)};
  if (const auto network = base::Network::parse(word)) return {Kind::address, network->text(), ""};
  return {Kind::name, std::string(word), ""};
}

bool IgnoreList::add(std::string_view word) {
  if (word.empty()) return false;
  Entry entry = entry_of(word);
  if (entry.kind == Kind::address) {
    const base::Network network = *base::Network::parse(entry.word);
    if (!addresses_.add(network)) return false;
    if (network.is_single()) {
      singles_.push_back(entry.word);
      return true;
    }
  } else if (find(entry.word) != entries_.end()) {
    return false;
  }
  entries_.push_back(std::move(entry));
  return true;
}

base::Result<void> IgnoreList::remove(std::string_view word) {
  const Entry entry = entry_of(word);
  if (entry.kind == Kind::address) addresses_.remove(*base::Network::parse(entry.word));
  if (std::erase(singles_, entry.word) > 0) return {};
  const auto found = find(entry.word);
  if (found == entries_.end()) return base::Error{"list.remove(x): x not in list"};
  if (entry.kind == Kind::file) files_.erase(entry.path);
  entries_.erase(found);
  return {};
}

void IgnoreList::clear() {
  entries_.clear();
  singles_.clear();
  addresses_ = {};
  files_.clear();
}

std::vector<std::string> IgnoreList::words() const {
  std::vector<std::string> all;
  for (const Entry& entry : entries_) all.push_back(entry.word);
  all.insert(all.end(), singles_.begin(), singles_.end());
  return all;
}

std::vector<std::string> IgnoreList::files() const {
  std::vector<std::string> paths;
  for (const Entry& entry : entries_) {
    if (entry.kind == Kind::file) paths.push_back(entry.path);
  }
  return paths;
}

void IgnoreList::set_file_content(std::string_view path, IgnoreSet set) {
  files_.insert_or_assign(std::string(path), std::move(set));
}

bool IgnoreList::has_names() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.kind == Kind::name; });
}

IgnoreDecision IgnoreList::check(std::string_view id, const IgnoreSet& own,
                                 const Resolved& resolved) const {
  const auto address = base::Network::parse(id);
  // Only names could match another text, and they stand for addresses.
  if (!address) return {};
  if (ignore_self_ && own.contains(*address)) return {IgnoredBy::self, "ignoreself rule", {}};
  if (addresses_.covers(*address)) return {IgnoredBy::ip, "ip", {}};
  for (const Entry& entry : entries_) {
    if (entry.kind != Kind::file) continue;
    const auto set = files_.find(entry.path);
    if (set != files_.end() && set->second.covers(*address)) {
      return {IgnoredBy::file, entry.word, {}};
    }
  }
  return check_names(*address, resolved);
}

IgnoreDecision IgnoreList::check_names(const base::Network& address,
                                       const Resolved& resolved) const {
  IgnoreDecision decision;
  for (const Entry& entry : entries_) {
    if (entry.kind != Kind::name) continue;
    const auto addresses = resolved(entry.word);
    if (!addresses) {
      decision.unresolved.push_back(entry.word);
    } else if (std::find(addresses->begin(), addresses->end(), address) != addresses->end()) {
      return {IgnoredBy::dns, "dns", {}};
    }
  }
  return decision;
}

std::vector<IgnoreList::Entry>::iterator IgnoreList::find(std::string_view word) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [word](const Entry& entry) { return entry.word == word; });
}

}  // namespace gaoler::jail
