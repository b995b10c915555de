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
  order_.push_back({at->second.number, at});
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
  for (const Place& place : order_) {
    if (place.taken) bans.push_back(std::move(place.node->second.ban));
  }
  for (Ends* index : {&by_own_end_, &by_start_}) index->clear();
  due_.clear();
  order_.clear();
  gaps_ = 0;
  bans_.clear();
  return bans;
}

std::vector<Ban> BanList::take_expired(base::UnixTime now, size_t max) {
  collect_due(now);
  std::vector<Ban> bans;
  while (!due_.empty() && bans.size() < max) bans.push_back(cut_out(place_of(*due_.begin()).node));
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
  bans.reserve(bans_.size());
  for (const Place& place : order_) {
    if (place.taken) bans.push_back(&place.node->second.ban);
  }
  return bans;
}

std::vector<const Ban*> BanList::by_end() const {
  std::vector<std::pair<base::UnixTime, const Ban*>> ends;
  ends.reserve(bans_.size());
  for (const Ban* ban : in_order_of_banning()) ends.emplace_back(end_of(ban->ticket), ban);
  std::stable_sort(ends.begin(), ends.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const Ban*> bans;
  bans.reserve(ends.size());
  for (const auto& [end, ban] : ends) bans.push_back(ban);
  return bans;
}

std::vector<std::string> BanList::inside(const base::Network& network) const {
  std::vector<std::string> ids;
  for (const Ban* ban : in_order_of_banning()) {
    const auto banned = base::Network::parse(ban->ticket.id);
    if (banned && network.contains(*banned)) ids.push_back(ban->ticket.id);
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

BanList::Place& BanList::place_of(uint64_t number) {
  const auto place =
      std::lower_bound(order_.begin(), order_.end(), number,
                       [](const Place& one, uint64_t wanted) { return one.number < wanted; });
  assert(place != order_.end() && place->number == number && place->taken);
  return *place;
}

void BanList::leave_order(uint64_t number) {
  place_of(number).taken = false;
  if (++gaps_ * 2 < order_.size()) return;
  std::erase_if(order_, [](const Place& place) { return !place.taken; });
  gaps_ = 0;
}

Ban BanList::cut_out(Nodes::iterator node) {
  unlink(node->second);
  leave_order(node->second.number);
  Ban ban = std::move(node->second.ban);
  bans_.erase(node);
  return ban;
}

// What had ended may not have any more: the ban time has changed, or the clock was set back.
void BanList::take_back_due() {
  for (const uint64_t number : std::vector(due_.begin(), due_.end())) {
    Node& node = place_of(number).node->second;
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
      place_of(number).node->second.due = true;
      due_.insert(number);
    }
  };
  collect(by_own_end_, 0);
  if (ban_time_ != base::kForever) collect(by_start_, ban_time_);
}

}  // namespace gaoler::jail
