#include "server/status.h"

#include <algorithm>

#include "base/text.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

using protocol::List;
using protocol::Tuple;
using protocol::Value;

Value row(std::string_view name, Value value) {
  // Not as an initializer list: that would copy what may be a list of 100,000 addresses.
  Tuple tuple;
  tuple.items.reserve(2);
  tuple.items.emplace_back(name);
  tuple.items.push_back(std::move(value));
  return tuple;
}

// All alternatives as one text, as journalctl takes them.
Value journal_match_text(const JailRunner& jail) {
  std::vector<std::string> alternatives;
  for (const auto& match : jail.journal_matches) alternatives.push_back(base::join(match, " "));
  return base::join(alternatives, " + ");
}

Value texts(const std::vector<std::string>& all) {
  List list;
  for (const std::string& one : all) list.items.emplace_back(one);
  return list;
}

}  // namespace

Value server_status(const Server& server) {
  std::vector<std::string> names;
  for (const auto& jail : server.jails()) names.push_back(jail->name());
  std::sort(names.begin(), names.end());
  return List{{row("Number of jail", names.size()), row("Jail list", base::join(names, ", "))}};
}

Value banned_ids(const JailRunner& jail) {
  List list;
  list.items.reserve(jail.enforcer().bans().currently_banned());
  for (const jail::Ban* ban : jail.enforcer().bans().in_order_of_banning()) {
    list.items.emplace_back(protocol::Address{ban->ticket.id});
  }
  return list;
}

bool is_status_flavor(std::string_view flavor) {
  return flavor == "short" || flavor == "basic" || flavor == "stats" || flavor == "cymru";
}

Value jail_status(const JailRunner& jail, std::string_view flavor, const List& more) {
  const int64_t failed = static_cast<int64_t>(jail.ticker().currently_failed());
  const int64_t total_failed = static_cast<int64_t>(jail.ticker().total_failed());
  const jail::BanList& bans = jail.enforcer().bans();
  const int64_t banned = static_cast<int64_t>(bans.currently_banned());
  const int64_t total_banned = static_cast<int64_t>(bans.total_banned());
  if (flavor == "stats") {
    return List{
        {Value(jail.backend()), Tuple{{failed, total_failed}}, Tuple{{banned, total_banned}}}};
  }
  const bool journal = jail.backend() == "systemd";
  List filter{{row("Currently failed", failed), row("Total failed", total_failed)}};
  filter.items.push_back(journal ? row("Journal matches", List{{journal_match_text(jail)}})
                                 : row("File list", texts(jail.logs().paths())));
  // A row of its own, behind those that are always there: programs look for rows by their number.
  if (const auto polled = jail.logs().polled_paths(); !polled.empty()) {
    filter.items.push_back(row("Polled files", texts(polled)));
  }
  List actions{{row("Currently banned", banned), row("Total banned", total_banned)}};
  if (flavor != "short") actions.items.push_back(row("Banned IP list", banned_ids(jail)));
  actions.items.insert(actions.items.end(), more.items.begin(), more.items.end());
  List both;
  both.items.push_back(row("Filter", std::move(filter)));
  both.items.push_back(row("Actions", std::move(actions)));
  return both;
}

}  // namespace gaoler::server
