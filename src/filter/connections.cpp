#include "filter/connections.h"

#include <algorithm>
#include <utility>

#include "filter/identity.h"

namespace gaoler::filter {
namespace {

// One made of parts (F-TUPLE_USER) goes by their text.
std::string user_of(const Groups& groups) {
  const GroupValue* user = groups.find("user");
  if (!user) return {};
  if (const auto* text = std::get_if<std::string>(user)) return *text;
  const auto* parts = std::get_if<std::vector<std::optional<std::string>>>(user);
  return parts ? tuple_text(*parts) : std::string();
}

// Adds the user to those tried on the connection and says how many there are.
size_t note_user(Groups& connection, const std::string& user) {
  std::set<std::string> users;
  if (const GroupValue* known = connection.find("users")) {
    if (const auto* set = std::get_if<std::set<std::string>>(known)) users = *set;
  }
  if (!user.empty() && users.size() < Connections::kMaxUsers && users.insert(user).second) {
    connection.set("users", users);
  }
  return users.size();
}

void append(std::vector<MatchedLine>& lines, const std::vector<MatchedLine>& more) {
  lines.insert(lines.end(), more.begin(), more.end());
  if (lines.size() > Connections::kMaxLines) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(Connections::kMaxLines));
  }
}

// What a line says about its connection besides its groups.
struct Signals {
  bool no_failure;
  bool gained;  // the login succeeded
  bool forget;  // the connection ends
};

Signals take_signals(Groups& groups) {
  bool gained = groups.truthy("mlfgained");
  if (gained && !groups.truthy("nofail")) groups.set("nofail", *groups.find("mlfgained"));
  bool no_failure = gained || groups.truthy("nofail");
  return {no_failure, gained, groups.pop("mlfforget")};
}

void add_to_known(Attempt& known, const Groups& groups, bool gained) {
  bool was_silent = known.groups.pop("nofail");
  was_silent |= known.groups.pop("mlfgained");
  if (gained) known.pending = false;
  if (!was_silent && !known.pending) known.lines.clear();  // they were reported
  known.groups.merge(groups, /*absent_too=*/false);
}

}  // namespace

Attempt& Connections::merge(std::string_view connection, Groups groups,
                            const std::vector<MatchedLine>& matched, base::UnixTime now) {
  // The name may be a view into what is moved below.
  const std::string name(connection);
  Signals signals = take_signals(groups);
  Attempt* attempt = find(name, now);
  size_t users = 0;
  if (attempt) {
    users = note_user(attempt->groups, user_of(groups));
    add_to_known(*attempt, groups, signals.gained);
    if (signals.forget) attempt = &forget(name);
  } else if (signals.forget) {
    passing_ = Attempt{std::move(groups), {}, {}, false};
    attempt = &passing_;
  } else {
    attempt = &insert(name, Attempt{std::move(groups), {}, {}, false}, now);
    users = note_user(attempt->groups, user_of(attempt->groups));
  }
  if (std::exchange(attempt->pending, false) || users > 1) {
    attempt->groups.pop("nofail");
    attempt->groups.pop("mlfgained");
    signals.no_failure = false;
  }
  if (!signals.no_failure) {
    std::vector<MatchedLine> lines = std::exchange(attempt->silent_lines, {});
    append(lines, attempt->lines);
    append(lines, matched);
    attempt->lines = std::move(lines);
  } else if (!signals.forget) {
    append(attempt->silent_lines, matched);
  }
  return *attempt;
}

Attempt* Connections::find(std::string_view connection, base::UnixTime now) {
  auto it = by_name_.find(connection);
  if (it == by_name_.end()) return nullptr;
  if (it->second->expires > now) return &it->second->attempt;
  forget(connection);
  return nullptr;
}

Attempt& Connections::insert(std::string_view connection, Attempt attempt, base::UnixTime now) {
  while (order_.size() >= kMaxConnections) {
    by_name_.erase(order_.front().name);
    order_.pop_front();
    // Expired ones behind it go as well while they are first in line.
    while (!order_.empty() && order_.front().expires <= now) {
      by_name_.erase(order_.front().name);
      order_.pop_front();
    }
  }
  order_.push_back({std::string(connection), std::move(attempt), now + kLifetime});
  by_name_.emplace(order_.back().name, std::prev(order_.end()));
  return order_.back().attempt;
}

Attempt& Connections::forget(std::string_view connection) {
  auto it = by_name_.find(connection);
  Order::iterator known = it->second;
  by_name_.erase(it);
  passing_ = std::move(known->attempt);
  order_.erase(known);
  return passing_;
}

}  // namespace gaoler::filter
