// BanList: the bans of one jail by id, and which of them ends next.
//
// Knows nothing of actions or the database. Pure: reads no clock, has no threads, owns its bans;
// pointers it returns live until the next call that is not const. Adding, removing and finding the
// next end cost O(log n). Bans without a ban time of their own end by the jail's: they are indexed
// by their start, so a change of bantime moves them all at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip.h"
#include "base/time.h"
#include "jail/ticket.h"

namespace gaoler::jail {

inline constexpr base::UnixTime kNever = std::numeric_limits<base::UnixTime>::infinity();

struct Ban {
  Ticket ticket;
  // Kept for the one who runs actions; the list itself has no use for them.
  bool enforced = false;  // its ban actions have run
  int epoch = 0;          // of the actions' repairs, when they ran
};

class BanList {
 public:
  enum class Outcome {
    banned,          // new
    already_banned,  // there is a ban that ends no earlier
    prolonged,       // there was a ban that ended earlier; it now ends with this ticket
    expired,         // the ticket's ban would be over already
  };
  struct Added {
    Outcome outcome;
    const Ban* ban;  // the one in the list; nullptr if expired
  };

  void set_ban_time(base::Seconds seconds);  // the jail's; -1: for ever
  base::Seconds ban_time() const { return ban_time_; }

  Added add(Ticket ticket, base::UnixTime now);
  std::optional<Ban> remove(std::string_view id);
  // All, in order of banning.
  std::vector<Ban> remove_all();
  // Those whose end has passed, in order of banning; at most max.
  std::vector<Ban> take_expired(base::UnixTime now, size_t max);
  // The observer's increase. Nothing happens if the id is not banned.
  void set_own_ban_time(std::string_view id, base::Seconds seconds);
  void set_ban_count(std::string_view id, int count);
  void set_enforced(std::string_view id);
  void set_epoch(std::string_view id, int epoch);

  const Ban* find(std::string_view id) const;
  bool contains(std::string_view id) const { return find(id) != nullptr; }

  base::Seconds ban_time_of(const Ticket& ticket) const {
    return ticket.ban_time.value_or(ban_time_);
  }
  base::UnixTime end_of(const Ticket& ticket) const;  // kNever: permanent
  // When take_expired has work next (the ban is over once this time has passed); kNever: not at
  // all.
  base::UnixTime next_end() const;

  size_t currently_banned() const { return bans_.size(); }
  uint64_t total_banned() const { return total_; }

  std::vector<const Ban*> in_order_of_banning() const;
  std::vector<const Ban*> by_end() const;
  // Ids of bans that are addresses or networks inside `network`, in order of banning.
  std::vector<std::string> inside(const base::Network& network) const;

 private:
  struct Node {
    Ban ban;
    uint64_t number = 0;  // in order of banning
    bool due = false;     // found to have ended, waits in due_
  };
  using Nodes = std::map<std::string, Node, std::less<>>;
  using Ends = std::set<std::pair<base::UnixTime, uint64_t>>;  // a time, the ban's number
  // By number, in one piece: a list of 100,000 bans is read as fast as memory goes. What was
  // removed leaves a gap until half of it is gaps.
  struct Place {
    uint64_t number;
    Nodes::iterator node;
    bool taken = true;
  };

  Node* find_node(std::string_view id);
  Ends& index_of(const Ticket& ticket) { return ticket.ban_time ? by_own_end_ : by_start_; }
  std::pair<base::UnixTime, uint64_t> key_of(const Node& node) const;
  void link(Node& node);
  void unlink(Node& node);
  Place& place_of(uint64_t number);
  void leave_order(uint64_t number);
  Ban cut_out(Nodes::iterator node);
  void collect_due(base::UnixTime now);
  void take_back_due();

  base::Seconds ban_time_ = 600;
  Nodes bans_;
  std::vector<Place> order_;
  size_t gaps_ = 0;
  Ends by_own_end_;  // bans with a finite ban time of their own, by end
  Ends by_start_;    // bans that end by the jail's ban time, by start
  std::set<uint64_t> due_;
  base::UnixTime collected_at_ = 0;  // now, when due_ was filled last
  uint64_t last_number_ = 0;
  uint64_t total_ = 0;
};

}  // namespace gaoler::jail
