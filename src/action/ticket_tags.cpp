#include "action/ticket_tags.h"

#include <cmath>
#include <utility>

#include "action/definition.h"
#include "action/scope.h"
#include "base/ip.h"
#include "base/text.h"

namespace gaoler::action {
namespace {

// A point in time without a fraction is written as a whole number.
std::string time_text(base::UnixTime time) {
  if (time == std::floor(time) && std::fabs(time) < 1e15) {
    return std::to_string(static_cast<int64_t>(time));
  }
  return property_text(time);
}

std::string quoted(std::string_view text) {
  const bool apostrophe = text.find('\'') != text.npos && text.find('"') == text.npos;
  const std::string quote = apostrophe ? "\"" : "'";
  std::string out = quote;
  for (const char c : text) {
    if (c == '\\' || c == quote[0]) out += '\\';
    out += c;
  }
  return out + quote;
}

struct GroupText {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const std::vector<std::optional<std::string>>& parts) const {
    std::vector<std::string> words;
    for (const auto& part : parts) words.push_back(part ? quoted(*part) : "None");
    return "(" + base::join(words, ", ") + (words.size() == 1 ? ",)" : ")");
  }
  std::string operator()(const std::set<std::string>& names) const {
    std::vector<std::string> words;
    for (const auto& name : names) words.push_back(quoted(name));
    return words.empty() ? "set()" : "{" + base::join(words, ", ") + "}";
  }
};

std::string address_text(const std::string& address) {
  const auto network = base::Network::parse(address);
  return network ? network->text() : address;
}

std::string reversed_text(const std::string& address) {
  const auto network = base::Network::parse(address);
  return network ? network->reversed_labels() : "";
}

std::string matches_text(const jail::Ticket& ticket) {
  std::vector<std::string> lines;
  for (const auto& line : ticket.lines) lines.push_back(line.text());
  return base::join(lines, "\n");
}

std::optional<std::string> group_text(const jail::Ticket& ticket, std::string_view name) {
  const auto group = ticket.groups.find(std::string(name));
  if (group != ticket.groups.end()) return std::visit(GroupText{}, group->second);
  if (name == "fid") return ticket.id;
  return std::nullopt;
}

std::string group_names(const jail::Ticket& ticket) {
  std::vector<std::string> names;
  for (const auto& [name, value] : ticket.groups) names.push_back(name);
  return base::join(names, " ");
}

}  // namespace

const std::string& ticket_address(const jail::Ticket& ticket) {
  return ticket.ip ? *ticket.ip : ticket.id;
}

std::optional<base::Network> ticket_network(const jail::Ticket& ticket) {
  return base::Network::parse(ticket_address(ticket));
}

std::optional<std::string> ticket_tag(const jail::Ticket& ticket, base::Seconds jail_ban_time,
                                      std::string_view tag) {
  const std::string& address = ticket_address(ticket);
  if (tag == "ip") return address_text(address);
  if (tag == "fid") return ticket.id;
  if (tag == "family") return std::string(scope_text(scope_of(address)));
  if (tag == "ip-rev") return reversed_text(address);
  if (tag == "failures") return std::to_string(ticket.attempts);
  if (tag == "time") return time_text(ticket.time);
  if (tag == "bantime") {
    return std::to_string(static_cast<int64_t>(ticket.ban_time.value_or(jail_ban_time)));
  }
  if (tag == "bancount") return std::to_string(ticket.ban_count);
  if (tag == "restored") return ticket.restored ? "1" : "0";
  if (tag == "matches") return matches_text(ticket);
  if (tag == "F-*") return group_names(ticket);
  if (tag.starts_with("F-")) return group_text(ticket, tag.substr(2));
  return std::nullopt;
}

}  // namespace gaoler::action
