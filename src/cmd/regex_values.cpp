#include "cmd/regex_values.h"

#include <array>
#include <cstring>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/text.h"
#include "cmd/host_names.h"
#include "filter/tags.h"
#include "protocol/repr.h"

namespace gaoler::cmd {
namespace {

using filter::Failure;
using filter::Groups;
using filter::GroupValue;
using Tuple = std::vector<std::optional<std::string>>;
using Names = std::set<std::string>;

protocol::Value value_of(const std::optional<std::string>& text) {
  return text ? protocol::Value(*text) : protocol::Value();
}

std::string repr_of(const GroupValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return protocol::repr_text(*text);
  if (const auto* parts = std::get_if<Tuple>(&value)) {
    protocol::Tuple tuple;
    for (const auto& part : *parts) tuple.items.push_back(value_of(part));
    return protocol::repr(tuple);
  }
  std::string set;
  for (const std::string& name : std::get<Names>(value)) {
    set += (set.empty() ? "" : ", ") + protocol::repr_text(name);
  }
  return "{" + set + "}";
}

// As Python's str().
std::string str_of(const GroupValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : repr_of(value);
}

std::string time_text(const Failure& failure) {
  std::string text = protocol::repr_float(failure.time);
  return failure.whole_time ? text.substr(0, text.find('.')) : text;
}

std::string id_repr(const Failure& failure) {
  return failure.is_tuple ? failure.id : protocol::repr_text(failure.id);
}

std::string row(const Failure& failure) {
  std::string time = failure.dated ? time_text(failure) : "None";
  return "[" + id_repr(failure) + ",\t" + time + ",\t" + groups_repr(failure.groups) + "],\n";
}

std::string lines_repr(const Failure& failure) {
  protocol::List lines;
  for (const auto& line : failure.lines) {
    lines.items.push_back(protocol::Tuple{{line.before, line.date, line.after}});
  }
  return protocol::repr(lines);
}

std::string group_text(const Failure& failure, const std::string& name) {
  if (name == "matches") return lines_repr(failure);
  const GroupValue* value = failure.groups.find(name);
  return value ? str_of(*value) : "None";
}

std::string joined_lines(const Failure& failure) {
  std::string text;
  for (const auto& line : failure.lines) {
    if (!text.empty()) text += '\n';
    text += line.text();
  }
  return text;
}

std::string host_name(bool full) {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  std::string text = name.data();
  return full ? canonical_name(text).value_or(text) : text;
}

// The tags of an -o text: those of an action that make sense without a ban.
class Template {
 public:
  Template(const Failure& failure, double now)
      : failure_(failure), ip_(failure.ip.value_or(failure.id)), now_(now) {}

  // Nothing for a tag that is not known: it stays as it is.
  std::optional<std::string> operator()(const std::string& tag) const {
    auto network = base::Network::parse(ip_);
    if (tag == "ip") return ip_;
    if (tag == "fid") return failure_.id;
    if (tag == "time") return failure_.dated ? time_text(failure_) : protocol::repr_float(now_);
    if (tag == "matches") return joined_lines(failure_);
    if (tag == "failures" || tag == "bancount" || tag == "restored") return "0";
    if (tag == "family") return network ? std::string(family_name(network->family())) : "None";
    if (tag == "ip-rev") return network ? network->reversed_labels() : "";
    if (tag == "ip-host") return name_of_address(ip_).value_or("None");
    if (tag == "fq-hostname") return host_name(true);
    if (tag == "sh-hostname") return host_name(false);
    if (tag == "br") return "\n";
    if (tag == "sp") return " ";
    if (tag == "F-*") return all();
    if (!is_group_tag(tag)) return std::nullopt;
    return group(filter::group_of_tag(tag.substr(2)));
  }

 private:
  std::string group(const std::string& name) const {
    if (name == "matches") return lines_repr(failure_);
    const GroupValue* value = failure_.groups.find(name);
    return value ? str_of(*value) : "";
  }

  // All that <F-...> tags can name.
  std::string all() const {
    std::string text = "{'matches': " + lines_repr(failure_) + ", 'failures': 0";
    for (const auto& [name, value] : failure_.groups.entries()) {
      if (value) text += ", " + protocol::repr_text(name) + ": " + repr_of(*value);
    }
    return text + "}";
  }

  // In capitals: <F-USER>, not <F-user>.
  static bool is_group_tag(std::string_view tag) {
    if (!tag.starts_with("F-") || tag.size() == 2) return false;
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return tag.find_first_not_of(kLetters) == std::string_view::npos;
  }

  const Failure& failure_;
  std::string ip_;
  double now_;
};

// As fail2ban, which marks <msg> by NUL bytes.
std::string without_nul(std::string text) {
  for (size_t at = 0; (at = text.find('\0', at)) != std::string::npos;) {
    text.replace(at, 1, "\\x00");
  }
  return text;
}

// Replaces <tags> of the format once; `message` stands for <msg>.
std::string fill(const std::string& format, const Template& tags, const std::string& message) {
  std::string out;
  for (size_t at = 0; at < format.size();) {
    size_t end = format[at] == '<' ? format.find_first_of("<> ", at + 1) : std::string::npos;
    if (end != std::string::npos && format[end] == '>' && end > at + 1) {
      std::string tag = format.substr(at + 1, end - at - 1);
      auto value = tag == "msg" ? std::nullopt : tags(tag);
      out += tag == "msg" ? message : value ? without_nul(*value) : "<" + tag + ">";
      at = end + 1;
    } else {
      out += format[at++];
    }
  }
  return out;
}

std::string filled(const Failure& failure, const std::string& format, double now) {
  Template tags(failure, now);
  if (format.find("<msg>") == std::string::npos) return fill(format, tags, {}) + "\n";
  std::string out;
  for (const auto& line : failure.lines) out += fill(format, tags, line.text()) + "\n";
  return out;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string json_list(const std::vector<std::string>& items) {
  return "[" + base::join(items, ",") + "]";
}

std::string json_value(const GroupValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json_text(*text);
  std::vector<std::string> items;
  if (const auto* parts = std::get_if<Tuple>(&value)) {
    for (const auto& part : *parts) items.push_back(part ? json_text(*part) : "null");
  } else {
    for (const std::string& name : std::get<Names>(value)) items.push_back(json_text(name));
  }
  return json_list(items);
}

}  // namespace

bool is_journal(const RegexOptions& options) {
  return options.logs.front().substr(0, 15) == "systemd-journal";
}

std::string groups_repr(const Groups& groups) {
  std::string out;
  for (const auto& [name, value] : groups.entries()) {
    if (!out.empty()) out += ", ";
    out += protocol::repr_text(name) + ": " + (value ? repr_of(*value) : "None");
  }
  return "{" + out + "}";
}

std::string formatted(const Failure& failure, const std::string& format, double now) {
  if (format == "id" || format == "fid") return failure.id + "\n";
  if (format == "ip") {
    const GroupValue* ip = failure.groups.find("ip");
    return (ip ? str_of(*ip) : failure.id) + "\n";
  }
  if (format == "msg") return joined_lines(failure) + "\n";
  if (format == "row") return row(failure);
  if (format.find('<') == std::string::npos) return group_text(failure, format) + "\n";
  return filled(failure, format, now);
}

std::string as_json(const Failure& failure) {
  std::vector<std::string> groups;
  for (const auto& [name, value] : failure.groups.entries()) {
    if (value) groups.push_back(json_text(name) + ":" + json_value(*value));
  }
  std::vector<std::string> lines;
  for (const auto& line : failure.lines) lines.push_back(json_text(line.text()));
  std::string time = failure.dated ? time_text(failure) : "null";
  std::optional<std::string> ip = failure.ip;
  if (!ip && base::Network::parse(failure.id)) ip = failure.id;
  return "{\"id\":" + json_text(failure.id) + ",\"ip\":" + (ip ? json_text(*ip) : "null") +
         ",\"time\":" + time + ",\"failregex\":" + std::to_string(failure.regex + 1) +
         ",\"groups\":{" + base::join(groups, ",") + "},\"lines\":" + json_list(lines) + "}\n";
}

}  // namespace gaoler::cmd
