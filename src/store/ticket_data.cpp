#include "store/ticket_data.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <optional>

#include "store/json.h"

namespace gaoler::store {
namespace {

using filter::GroupValue;
using filter::MatchedLine;

Json json_of(const MatchedLine& line) {
  if (line.before.empty() && line.date.empty()) return Json{line.after};
  return Json{Json::List{Json{line.before}, Json{line.date}, Json{line.after}}};
}

struct GroupWriter {
  Json operator()(const std::string& text) const { return Json{text}; }
  Json operator()(const std::vector<std::optional<std::string>>& parts) const {
    Json::List items;
    for (const auto& part : parts) items.push_back(part ? Json{*part} : Json{});
    return Json{std::move(items)};
  }
  Json operator()(const std::set<std::string>& names) const {
    Json::List items;
    for (const auto& name : names) items.push_back(Json{name});
    return Json{std::move(items)};
  }
};

// Text of a plain value, as Python's str() shows it; nothing for null, lists and dictionaries.
std::optional<std::string> text_of(const Json& json) {
  if (const auto* text = json.get<std::string>()) return *text;
  if (const auto* flag = json.get<bool>()) return *flag ? "True" : "False";
  if (json.get<int64_t>() || json.get<double>()) return write_json(json);
  return std::nullopt;
}

std::optional<GroupValue> group_of(const Json& json) {
  if (const auto* items = json.get<Json::List>()) {
    std::vector<std::optional<std::string>> parts;
    for (const Json& item : *items) parts.push_back(text_of(item));
    return GroupValue{std::move(parts)};
  }
  if (auto text = text_of(json)) return GroupValue{std::move(*text)};
  return std::nullopt;
}

std::optional<MatchedLine> line_of(const Json& json) {
  if (auto text = text_of(json)) return MatchedLine{"", "", std::move(*text)};
  const auto* parts = json.get<Json::List>();
  if (parts == nullptr) return std::nullopt;
  MatchedLine line;
  std::string* const places[] = {&line.before, &line.date, &line.after};
  for (size_t i = 0; i < parts->size(); ++i) {
    *places[std::min<size_t>(i, 2)] += text_of((*parts)[i]).value_or("");
  }
  return line;
}

int count_of(const Json& json) {
  if (const auto* whole = json.get<int64_t>()) {
    return static_cast<int>(std::clamp<int64_t>(*whole, 0, INT_MAX));
  }
  const auto* real = json.get<double>();
  return real == nullptr ? 0 : static_cast<int>(std::clamp(*real, 0.0, double{INT_MAX}));
}

}  // namespace

std::string write_ticket_data(const jail::Ticket& ticket, size_t max_matches) {
  Json::List lines;
  const size_t kept = std::min(ticket.lines.size(), max_matches);
  for (size_t i = ticket.lines.size() - kept; i < ticket.lines.size(); ++i) {
    lines.push_back(json_of(ticket.lines[i]));
  }
  Json::Dict members;
  members.emplace_back("matches", Json{std::move(lines)});
  members.emplace_back("failures", Json{int64_t{ticket.attempts}});
  for (const auto& [name, value] : ticket.groups) {
    if (name == "matches" || name == "failures") continue;
    members.emplace_back(name, std::visit(GroupWriter{}, value));
  }
  if (ticket.ip && ticket.groups.count("ip") == 0) members.emplace_back("ip", Json{*ticket.ip});
  return write_json(Json{std::move(members)});
}

void read_ticket_data(std::string_view data, jail::Ticket& ticket, int without_count) {
  ticket.attempts = without_count;
  const auto json = read_json(data);
  const auto* members = json ? json->get<Json::Dict>() : nullptr;
  if (members == nullptr) return;
  for (const auto& [name, value] : *members) {
    if (name == "matches") {
      ticket.lines.clear();
      const auto* lines = value.get<Json::List>();
      for (size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
        if (auto line = line_of((*lines)[i])) ticket.lines.push_back(std::move(*line));
      }
    } else if (name == "failures") {
      ticket.attempts = count_of(value);
    } else if (auto group = group_of(value)) {
      if (name == "ip") ticket.ip = text_of(value);
      ticket.groups.insert_or_assign(name, std::move(*group));
    }
  }
}

}  // namespace gaoler::store
