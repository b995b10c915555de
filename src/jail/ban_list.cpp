#include "jail/ban_list.h"

#include <algorithm>
#include <cassert>

namespace gaoler::jail {

void BanList::set_ban_time(base::Seconds seconds) {
  if (seconds == ban_time_) return;
  ban_time_ = seconds;
  take_back_due();
}

BanList::Added BanList::add(Ticket ticket, base::UnixTime now) {
  const base::UnixTime end = end_of(ticket);
  if (end < now) return {Outcome::expired, nullptr};
  const auto known = bans_.find(ticket.id);
  if (known != bans_.end()) {
    const Ban& ban = known->second.ban;
    if (!(end > end_of(ban.ticket))) return {Outcome::already_banned, &ban};
    base::Seconds span = ban_time_of(ticket);
    if (span != base::kForever) span += std::max(0.0, ticket.time - ban.ticket.time);
    set_own_ban_time(ticket.id, span);
    return {Outcome::prolonged, &ban};
  }
  ++ticket.ban_count;
  ++total_;
  const std::string id = ticket.id;
  const auto at = bans_.emplace(id, Node{{std::move(ticket)}, ++last_number_}).first;
  order_.emplace(at->second.number, at);
  link(at->second);
  return {Outcome::banned, &at->second.ban};
}

std::optional<Ban> BanList::remove(std::string_view id) {
  const auto node = bans_.find(id);
  if (node == bans_.end()) return std::nullopt;
  return cut_out(node);
}

std::vector<Ban> BanList::remove_all() {
  std::vector<Ban> bans;
  bans.reserve(bans_.size());
  for (const auto& [number, node] : order_) bans.push_back(std::move(node->second.ban));
  for (Ends* index : {&by_own_end_, &by_start_}) index->clear();
  due_.clear();
  order_.clear();
  bans_.clear();
  return bans;
}

std::vector<Ban> BanList::take_expired(base::UnixTime now, size_t max) {
  collect_due(now);
  std::vector<Ban> bans;
  while (!due_.empty() && bans.size() < max) bans.push_back(cut_out(order_.at(*due_.begin())));
  return bans;
}

void BanList::set_own_ban_time(std::string_view id, base::Seconds seconds) {
  Node* node = find_node(id);
  if (node == nullptr) return;
  unlink(*node);
  node->ban.ticket.ban_time = seconds;
  link(*node);
}

void BanList::set_ban_count(std::string_view id, int count) {
  if (Node* node = find_node(id)) node->ban.ticket.ban_count = count;
}

void BanList::set_enforced(std::string_view id) {
  if (Node* node = find_node(id)) node->ban.enforced = true;
}

void BanList::set_epoch(std::string_view id, int epoch) {
  if (Node* node = find_node(id)) node->ban.epoch = epoch;
}

const Ban* BanList::find(std::string_view id) const {
  const auto node = bans_.find(id);
  return node == bans_.end() ? nullptr : &node->second.ban;
}

BanList::Node* BanList::find_node(std::string_view id) {
  const auto node = bans_.find(id);
  return node == bans_.end() ? nullptr : &node->second;
}

base::UnixTime BanList::end_of(const Ticket& ticket) const {
  const base::Seconds span = ban_time_of(ticket);
  return span == base::kForever ? kNever : ticket.time + span;
}

base::UnixTime BanList::next_end() const {
  if (!due_.empty()) return -kNever;
  base::UnixTime next = kNever;
  if (!by_own_end_.empty()) next = by_own_end_.begin()->first;
  if (!by_start_.empty() && ban_time_ != base::kForever) {
    next = std::min(next, by_start_.begin()->first + ban_time_);
  }
  return next;
}

std::vector<const Ban*> BanList::in_order_of_banning() const {
  std::vector<const Ban*> bans;
  bans.reserve(order_.size());
  for (const auto& [number, node] : order_) bans.push_back(&node->second.ban);
  return bans;
}

std::vector<const Ban*> BanList::by_end() const {
  std::vector<const Ban*> bans = in_order_of_banning();
  std::stable_sort(bans.begin(), bans.end(), [this](const Ban* a, const Ban* b) {
    return end_of(a->ticket) < end_of(b->ticket);
  });
  return bans;
}

std::vector<std::string> BanList::inside(const base::Network& network) const {
  std::vector<std::string> ids;
  for (const auto& [number, node] : order_) {
    const auto banned = base::Network::parse(node->first);
    if (banned && network.contains(*banned)) ids.push_back(node->first);
  }
  return ids;
}

std::pair<base::UnixTime, uint64_t> BanList::key_of(const Node& node) const {
  const Ticket& ticket = node.ban.ticket;
  return {ticket.ban_time ? end_of(ticket) : ticket.time, node.number};
}

void BanList::link(Node& node) {
  index_of(node.ban.ticket).insert(key_of(node));
}

void BanList::unlink(Node& node) {
  if (node.due) {
    due_.erase(node.number);
    node.due = false;
  } else {
    [[maybe_unused]] const size_t erased = index_of(node.ban.ticket).erase(key_of(node));
    assert(erased == 1);
  }
}

Ban BanList::cut_out(Nodes::iterator node) {
  unlink(node->second);
  order_.erase(node->second.number);
  Ban ban = std::move(node->second.ban);
  bans_.erase(node);
  return ban;
}

// What had ended may not have any more: the ban time has changed, or the clock was set back.
void BanList::take_back_due() {
  for (const uint64_t number : std::vector(due_.begin(), due_.end())) {
    Node& node = order_.at(number)->second;
    unlink(node);
    link(node);
  }
}

void BanList::collect_due(base::UnixTime now) {
  if (now < collected_at_) take_back_due();
  collected_at_ = now;
  const auto collect = [&](Ends& index, base::Seconds span) {
    while (!index.empty() && index.begin()->first + span < now) {
      const uint64_t number = index.begin()->second;
      index.erase(index.begin());
      order_.at(number)->second.due = true;
      due_.insert(number);
    }
  };
  collect(by_own_end_, 0);
  if (ban_time_ != base::kForever) collect(by_start_, ban_time_);
}

}  // namespace gaoler::jail
