#include "jail/ignore_set.h"

#include "base/text.h"

namespace gaoler::jail {
namespace {

std::string_view without_comment(std::string_view line) {
  return line.substr(0, line.find_first_of("#;"));
}

}  // namespace

IgnoreSet::Parsed IgnoreSet::parse(std::string_view text) {
  Parsed parsed;
  for (const std::string_view line : base::split(text, '\n')) {
    for (const std::string_view word : base::split_any(without_comment(line), ", \t\r\f\v")) {
      const auto network = base::Network::parse(word);
      if (!network || (!parsed.set.contains(*network) && !parsed.set.add(*network))) {
        ++parsed.skipped;
      }
    }
  }
  return parsed;
}

bool IgnoreSet::add(const base::Network& network) {
  if (size_ >= kMaxEntries || contains(network)) return false;
  ++size_;
  if (network.is_single()) return singles_.insert(network).second;
  return networks_[{network.family(), network.prefix()}].insert(network).second;
}

bool IgnoreSet::remove(const base::Network& network) {
  if (!contains(network)) return false;
  --size_;
  if (network.is_single()) return singles_.erase(network) > 0;
  const auto group = networks_.find({network.family(), network.prefix()});
  group->second.erase(network);
  if (group->second.empty()) networks_.erase(group);
  return true;
}

bool IgnoreSet::contains(const base::Network& network) const {
  if (network.is_single()) return singles_.count(network) > 0;
  const auto group = networks_.find({network.family(), network.prefix()});
  return group != networks_.end() && group->second.count(network) > 0;
}

bool IgnoreSet::covers(const base::Network& candidate) const {
  if (singles_.count(candidate) > 0) return true;
  for (const auto& [kind, group] : networks_) {
    const auto& [family, prefix] = kind;
    if (family != candidate.family()) continue;
    const auto cut = base::Network::from_bytes(family, candidate.bytes().data(), prefix);
    if (group.count(cut) > 0) return true;
  }
  return false;
}

}  // namespace gaoler::jail
