#include "cmd/candidates.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace gaoler::cmd {
namespace {

using protocol::Command;
using protocol::Value;

// Of `before`: "*" is one word that is no setting of the server, "+" at the end any number of
// words. Of `next`: "@..." is asked from the server. The first row that fits counts.
struct Row {
  std::string_view before;
  std::string_view next;
};

constexpr std::string_view kServerSettings =
    "loglevel logtarget syslogsocket dbfile dbmaxmatches dbpurgeage";

constexpr Row kRows[] = {
    {"",
     "add banned echo exit flushlogs get help ping reload restart set sleep start stats statistics "
     "status stop unban version"},
    {"start", "@jails"},
    {"stop", "@jails"},
    {"restart +", "--if-exists --unban @jails"},
    {"reload +", "--all --if-exists --restart --unban @jails"},
    {"status", "--all @jails"},
    {"status *", "basic cymru short stats"},
    {"banned +", "@banned"},
    {"unban", "--all @banned"},
    {"unban +", "@banned"},
    {"add *", "auto polling pyinotify systemd"},
    {"get", "loglevel logtarget syslogsocket dbfile dbmaxmatches dbpurgeage thread @jails"},
    {"get *",
     "action actionmethods actionproperties actions banip banned bantime bantime.factor "
     "bantime.formula bantime.increment bantime.maxtime bantime.multipliers bantime.overalljails "
     "bantime.rndtime datepattern failregex findtime ignorecache ignorecommand ignoreip "
     "ignoreregex ignoreself journalmatch logencoding logpath logtimezone maxlines maxmatches "
     "maxretry prefregex usedns"},
    {"get * banip", "--with-time"},
    {"get * banned +", "@banned-by"},
    {"get * action", "@actions"},
    {"get * action *", "@properties"},
    {"get * actionmethods", "@actions"},
    {"get * actionproperties", "@actions"},
    {"set", "allowipv6 loglevel logtarget syslogsocket dbfile dbmaxmatches dbpurgeage @jails"},
    {"set loglevel", "CRITICAL DEBUG ERROR HEAVYDEBUG INFO NOTICE TRACEDEBUG WARNING"},
    {"set logtarget", "STDERR STDOUT SYSLOG SYSOUT SYSTEMD-JOURNAL"},
    {"set *",
     "action addaction addfailregex addignoreip addignoreregex addjournalmatch addlogpath attempt "
     "banip bantime bantime.factor bantime.formula bantime.increment bantime.maxtime "
     "bantime.multipliers bantime.overalljails bantime.rndtime datepattern delaction delfailregex "
     "delignoreip delignoreregex deljournalmatch dellogpath findtime idle ignorecache "
     "ignorecommand ignoreself logencoding logtimezone maxlines maxmatches maxretry prefregex "
     "unbanip usedns"},
    {"set * idle", "off on"},
    {"set * ignoreself", "false true"},
    {"set * bantime.increment", "false true"},
    {"set * bantime.overalljails", "false true"},
    {"set * usedns", "no raw warn yes"},
    {"set * unbanip", "--report-absent @banned-by"},
    {"set * unbanip +", "@banned-by"},
    {"set * delignoreip", "@ignoreip"},
    {"set * dellogpath", "@logpath"},
    {"set * delaction", "@actions"},
    {"set * action", "@actions"},
    {"set * action *", "@properties @methods"},
};

std::vector<std::string> split(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

bool is_server_setting(const std::string& word) {
  const auto settings = split(kServerSettings);
  return std::find(settings.begin(), settings.end(), word) != settings.end();
}

bool fits(std::string_view pattern, const std::vector<std::string>& words) {
  const auto parts = split(pattern);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "+") return true;
    if (i >= words.size()) return false;
    if (parts[i] == "*" ? is_server_setting(words[i]) : parts[i] != words[i]) return false;
  }
  return parts.size() == words.size();
}

// All texts in a value, however deep; of dictionaries what they hold, not its names.
void collect(const Value& value, std::vector<std::string>& out) {
  if (const auto* text = value.get<std::string>()) out.push_back(*text);
  if (const auto* address = value.get<protocol::Address>()) out.push_back(address->text);
  if (const auto* list = value.get<protocol::List>()) {
    for (const Value& item : list->items) collect(item, out);
  }
  if (const auto* tuple = value.get<protocol::Tuple>()) {
    for (const Value& item : tuple->items) collect(item, out);
  }
  if (const auto* dict = value.get<protocol::Dict>()) {
    for (const auto& [name, item] : dict->items) collect(item, out);
  }
}

// The question behind "@...", for a line that begins with `before`.
Command question(std::string_view source, const std::vector<std::string>& before) {
  const std::string jail = before.size() > 1 ? before[1] : "";
  const std::string action = before.size() > 3 ? before[3] : "";
  if (source == "@jails") return {"status"};
  if (source == "@banned") return {"banned"};
  if (source == "@banned-by") return {"get", jail, "banned"};
  if (source == "@properties") return {"get", jail, "actionproperties", action};
  if (source == "@methods") return {"get", jail, "actionmethods", action};
  return {"get", jail, source.substr(1)};  // @actions, @ignoreip, @logpath
}

std::vector<std::string> answers(std::string_view source, const std::vector<std::string>& before,
                                 const Ask& ask) {
  const auto value = ask(question(source, before));
  std::vector<std::string> found;
  if (value) collect(*value, found);
  if (source != "@jails" || found.empty()) return found;
  // ("Number of jail", n), ("Jail list", "a, b")
  std::string names = found.back();
  std::replace(names.begin(), names.end(), ',', ' ');
  return split(names);
}

bool is_plain(std::string_view word) {
  constexpr std::string_view kPlain = "_.:/@%+,=[]-";
  return !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kPlain.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::vector<std::string> candidates(const std::vector<std::string>& before, std::string_view begun,
                                    const Ask& ask) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [&](const Row& r) { return fits(r.before, before); });
  if (row == std::end(kRows)) return {};
  std::vector<std::string> all;
  for (std::string& word : split(row->next)) {
    if (!word.starts_with('@')) {
      all.push_back(std::move(word));
      continue;
    }
    for (std::string& name : answers(word, before, ask)) all.push_back(std::move(name));
  }
  std::erase_if(
      all, [&](const std::string& word) { return !word.starts_with(begun) || !is_plain(word); });
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::string common_beginning(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::string common = words.front();
  for (const std::string& word : words) {
    const auto end = std::mismatch(common.begin(), common.end(), word.begin(), word.end()).first;
    common.erase(end, common.end());
  }
  return common;
}

}  // namespace gaoler::cmd
