#include "client/layout.h"

#include <cmath>
#include <string_view>

#include "base/log.h"
#include "base/text.h"
#include "client/reply_shape.h"
#include "protocol/repr.h"

namespace gaoler::client {
namespace {

using protocol::Command;
using protocol::repr;
using protocol::str;
using protocol::Value;

std::string_view word(const Command& command, size_t index) {
  const auto* text = index < command.size() ? command[index].get<std::string>() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::string as_it_is(const Command&, const Value& reply) {
  return str(reply);
}

// A title line and below it one branch per item; without items a line of its own.
std::string tree(const Value& reply, std::string_view title, std::string_view none,
                 bool numbered = false) {
  const auto& items = items_of(reply);
  if (items.empty()) return std::string(none);
  std::string out(title);
  for (size_t i = 0; i < items.size(); ++i) {
    out += i + 1 == items.size() ? "\n`- " : "\n|- ";
    if (numbered) out += "[" + std::to_string(i) + "]: ";
    out += text_of(items[i]);
  }
  return out;
}

std::string under(std::string_view title, const Value& reply) {
  return std::string(title) + "\n`- " + text_of(reply);
}

std::string ping(const Command&, const Value& reply) {
  return "Server replied: " + text_of(reply);
}
std::string start(const Command&, const Value&) {
  return "Jail started";
}
std::string add(const Command&, const Value& reply) {
  return "Added jail " + text_of(reply);
}
std::string flushlogs(const Command&, const Value& reply) {
  return "logs: " + text_of(reply);
}
std::string echo(const Command&, const Value& reply) {
  return joined_texts(reply, " ");
}

std::string stop(const Command& command, const Value& reply) {
  if (!reply.is_none()) return str(reply);
  return command.size() == 1 ? "Shutdown successful" : "Jail stopped";
}

std::string status(const Command& command, const Value& reply) {
  Lines lines;
  if (command.size() < 2) {
    layout_status(reply, lines);
  } else if (word(command, 1) == "--all") {
    layout_all_statuses(reply, lines);
  } else {
    layout_jail_status(str(command[1]), reply, lines);
  }
  return base::join(lines, "\n");
}

std::string statistics(const Command&, const Value& reply) {
  return layout_statistics(reply);
}

std::string syslog_socket(const Command&, const Value& reply) {
  return under("Current syslog socket is:", reply);
}

std::string log_target(const Command&, const Value& reply) {
  return under("Current logging target is:", reply);
}

std::string log_level(const Command&, const Value& reply) {
  if (const auto* number = reply.get<int64_t>()) {
    const auto name = base::log_level_name(static_cast<base::LogLevel>(*number));
    return "Current logging level is " + protocol::repr_text(name);
  }
  return "Current logging level is " + repr(reply);
}

std::string database_file(const Command&, const Value& reply) {
  return reply.is_none() ? "Database currently disabled"
                         : under("Current database file is:", reply);
}

std::string purge_age(const Command&, const Value& reply) {
  if (reply.is_none()) return "Database currently disabled";
  const auto* whole = reply.get<int64_t>();
  const auto* number = reply.get<double>();
  if (!whole && !number) throw Unfit{};
  const auto seconds = whole ? *whole : static_cast<int64_t>(std::trunc(*number));
  return "Current database purge age is:\n`- " + std::to_string(seconds) + "seconds";
}

std::string log_paths(const Command&, const Value& reply) {
  return tree(reply, "Current monitored log file(s):", "No file is currently monitored");
}

std::string log_encoding(const Command&, const Value& reply) {
  return "Current log encoding is set to:\n" + text_of(reply);
}

std::string journal_matches(const Command&, const Value& reply) {
  const auto& alternatives = items_of(reply);
  if (alternatives.empty()) return "No journal match filter set";
  std::string out;
  for (const Value& alternative : alternatives) {
    out += out.empty() ? "Current match filter:\n" : " + ";
    out += joined_texts(alternative, " ");
  }
  return out;
}

std::string date_pattern(const Command&, const Value& reply) {
  const std::string title = "Current date pattern set to: ";
  if (reply.is_none()) return title + "Not set/required";
  const Value& pattern = item_of(reply, 0);
  const Value& name = item_of(reply, 1);
  return title + (pattern.is_none() ? str(name) : str(pattern) + " (" + str(name) + ")");
}

std::string ignored_ips(const Command&, const Value& reply) {
  return tree(reply,
              "These IP addresses/networks are ignored:", "No IP address/network is ignored");
}

std::string expressions(const Command&, const Value& reply) {
  return tree(reply,
              "The following regular expression are defined:", "No regular expression is defined",
              true);
}

std::string actions(const Command& command, const Value& reply) {
  const std::string jail = str(command[1]);
  if (items_of(reply).empty()) return "No actions for jail " + jail;
  return "The jail " + jail + " has the following actions:\n" + joined_texts(reply, ", ");
}

std::string members_of_action(std::string_view kind, const Command& command, const Value& reply) {
  if (command.size() < 4) throw Unfit{};
  const std::string where = "jail " + str(command[1]) + " action " + str(command[3]);
  if (items_of(reply).empty()) return "No " + std::string(kind) + " for " + where;
  return "The " + where + " has the following " + std::string(kind) + ":\n" +
         joined_texts(reply, ", ");
}

std::string action_properties(const Command& command, const Value& reply) {
  return members_of_action("properties", command, reply);
}

std::string action_methods(const Command& command, const Value& reply) {
  return members_of_action("methods", command, reply);
}

// "get J banip [separator]"; what else carries that word has a number for a reply.
std::string banned_ips(const Command& command, const Value& reply) {
  if (word(command, 0) != "get" || !reply.get<protocol::List>()) return str(reply);
  const std::string_view separator = command.size() < 4 ? " " : word(command, 3);
  return joined_texts(reply, separator == "--with-time" ? "\n" : separator);
}

struct Entry {
  std::string_view word;
  std::string (*layout)(const Command&, const Value&);
};

constexpr Entry kByFirstWord[] = {
    {"ping", ping},        {"start", start},           {"stop", stop},     {"add", add},
    {"echo", echo},        {"flushlogs", flushlogs},   {"status", status}, {"stats", statistics},
    {"version", as_it_is}, {"statistics", statistics},
};

constexpr Entry kBySecondWord[] = {
    {"syslogsocket", syslog_socket}, {"logtarget", log_target}, {"loglevel", log_level},
    {"dbfile", database_file},       {"dbpurgeage", purge_age},
};

constexpr Entry kByThirdWord[] = {
    {"logpath", log_paths},
    {"addlogpath", log_paths},
    {"dellogpath", log_paths},
    {"logencoding", log_encoding},
    {"journalmatch", journal_matches},
    {"addjournalmatch", journal_matches},
    {"deljournalmatch", journal_matches},
    {"datepattern", date_pattern},
    {"ignoreip", ignored_ips},
    {"addignoreip", ignored_ips},
    {"delignoreip", ignored_ips},
    {"failregex", expressions},
    {"addfailregex", expressions},
    {"delfailregex", expressions},
    {"ignoreregex", expressions},
    {"addignoreregex", expressions},
    {"delignoreregex", expressions},
    {"actions", actions},
    {"actionproperties", action_properties},
    {"actionmethods", action_methods},
    {"banip", banned_ips},
};

// A word that leads to a layout in an earlier place hides the later ones.
const Entry* find_entry(const Command& command) {
  for (const Entry& entry : kByFirstWord) {
    if (entry.word == word(command, 0)) return &entry;
  }
  for (const Entry& entry : kBySecondWord) {
    if (entry.word == word(command, 1)) return &entry;
  }
  for (const Entry& entry : kByThirdWord) {
    if (entry.word == word(command, 2)) return &entry;
  }
  return nullptr;
}

}  // namespace

Layout layout(const Command& command, const Value& reply) {
  const Entry* entry = find_entry(command);
  if (entry == nullptr) return {str(reply)};
  try {
    return {entry->layout(command, reply)};
  } catch (const Unfit& unfit) {
    protocol::List lines;
    for (const std::string& line : unfit.lines) lines.items.emplace_back(line);
    return {(lines.items.empty() ? repr(reply) : repr(lines)) + repr(reply), false};
  }
}

std::string layout_error(const Value& value) {
  const auto* exception = value.get<protocol::Exception>();
  if (exception == nullptr) return str(value);
  const std::string first = exception->args.empty() ? "" : str(exception->args.front());
  if (exception->name == "UnknownJailException")
    return "Sorry but the jail '" + first + "' does not exist";
  if (exception->name == "DuplicateJailException") return "The jail '" + first + "' already exists";
  if (exception->name == "IndexError") return "Sorry but the command is invalid";
  return str(*exception);
}

}  // namespace gaoler::client
