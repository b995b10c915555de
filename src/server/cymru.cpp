#include "server/cymru.h"

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "action/ticket_tags.h"
#include "base/text.h"
#include "server/countdown.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

constexpr size_t kFields = 5;  // ASN | network | country | registry | date
constexpr std::array<size_t, 3> kShown = {0, 2, 3};
constexpr std::array<std::string_view, 3> kRows = {"Banned ASN list", "Banned Country list",
                                                   "Banned RIR list"};
using Entry = std::array<std::string, 3>;

Entry same(const std::string& text) {
  return {text, text, text};
}

// An address may have several origins: each field's values sorted, without repetition.
std::optional<Entry> entry_of(const std::vector<std::string>& texts) {
  std::array<std::set<std::string>, 3> values;
  for (const std::string& text : texts) {
    const auto fields = base::split(text, '|');
    if (fields.size() != kFields) return std::nullopt;
    for (size_t i = 0; i < kShown.size(); ++i) {
      const auto value = base::trim(fields[kShown[i]], "'\" ");
      values[i].insert(value.empty() ? "unknown" : std::string(value));
    }
  }
  Entry entry;
  for (size_t i = 0; i < entry.size(); ++i) {
    entry[i] = base::join(std::vector<std::string>(values[i].begin(), values[i].end()), ", ");
  }
  return entry;
}

std::optional<Entry> entry_of(const sys::DnsTexts& answer) {
  switch (answer.outcome) {
    case sys::DnsTexts::Outcome::no_such_name:
      return same("nxdomain");
    case sys::DnsTexts::Outcome::found:
      return entry_of(answer.texts);
    case sys::DnsTexts::Outcome::failed:
      return std::nullopt;
  }
  return std::nullopt;
}

// What was asked, and its answers as they come.
struct Search {
  std::vector<std::string> questions;  // empty: the id is no address
  std::vector<std::optional<Entry>> entries;
};

protocol::List rows_of(Server& server, const Search& search) {
  std::array<protocol::List, 3> lists;
  for (size_t i = 0; i < search.entries.size(); ++i) {
    if (!search.entries[i]) {
      server.log().write(base::LogLevel::error, "fail2ban.banmanager",
                         "No answer to " + search.questions[i] + " TXT");
      break;
    }
    for (size_t row = 0; row < lists.size(); ++row) {
      lists[row].items.emplace_back((*search.entries[i])[row]);
    }
  }
  protocol::List rows;
  for (size_t row = 0; row < lists.size(); ++row) {
    rows.items.emplace_back(
        protocol::Tuple{{protocol::Value(kRows[row]), protocol::Value(std::move(lists[row]))}});
  }
  return rows;
}

std::string question_of(const jail::Ticket& ticket) {
  const auto address = base::Network::parse(action::ticket_address(ticket));
  if (!address) return "";
  const bool v4 = address->family() == base::Family::inet4;
  return address->reversed_labels() + (v4 ? "origin.asn.cymru.com" : "origin6.asn.cymru.com");
}

}  // namespace

void look_up_cymru(Server& server, const JailRunner& jail,
                   std::function<void(const protocol::List& rows)> done) {
  const auto search = std::make_shared<Search>();
  for (const jail::Ban* ban : jail.enforcer().bans().in_order_of_banning()) {
    if (search->questions.size() == kMaxCymruAddresses) break;
    search->questions.push_back(question_of(ban->ticket));
  }
  search->entries.resize(search->questions.size());
  const auto ready =
      countdown(search->questions.size() + 1,
                [&server, search, done = std::move(done)] { done(rows_of(server, *search)); });
  for (size_t i = 0; i < search->questions.size(); ++i) {
    if (search->questions[i].empty()) {
      search->entries[i] = same("unknown");
      ready();
      continue;
    }
    server.resolver().texts_of(search->questions[i],
                               [search, ready, i](const sys::DnsTexts& answer) {
                                 search->entries[i] = entry_of(answer);
                                 ready();
                               });
  }
  ready();
}

}  // namespace gaoler::server
