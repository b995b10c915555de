#include "server/action_methods.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"
#include "protocol/repr.h"
#include "server/json_value.h"

namespace gaoler::server {
namespace {

using action::CommandAction;
using action::Operation;
using protocol::Value;

// The arguments of one call.
class Arguments {
 public:
  explicit Arguments(protocol::Dict all) : all_(std::move(all)) {}

  const Value* find(std::string_view name) const {
    const Value* last = nullptr;
    for (const auto& [key, value] : all_.items) {
      if (const auto* text = key.get<std::string>(); text != nullptr && *text == name)
        last = &value;
    }
    return last;
  }
  const protocol::Dict& all() const { return all_; }

 private:
  protocol::Dict all_;
};

struct Call {
  Enforcer& enforcer;
  CommandAction& action;
  const Arguments& arguments;
  ReplyDone done;
};

struct Method {
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
  bool takes_any = false;
  void (*run)(Call call);
};

std::string_view type_name(const Value& value) {
  constexpr std::array<std::string_view, 8> kNames = {"NoneType", "bool", "int",   "float",
                                                      "str",      "list", "tuple", "dict"};
  const size_t index = value.data().index();
  return index < kNames.size() ? kNames[index] : "object";
}

// The key of aInfo that a tag is looked up by: captured groups are written in upper case there.
std::string info_key(std::string_view tag) {
  if (!tag.starts_with("F-")) return std::string(tag);
  if (tag == "F-fid") return "F-ID";
  return tag == "F-fport" ? "F-PORT" : base::to_upper(tag);
}

action::TagLookup lookup_of(const Value& info) {
  const auto arguments = std::make_shared<Arguments>(*info.get<protocol::Dict>());
  return [arguments](std::string_view tag) -> std::optional<std::string> {
    const Value* value = arguments->find(info_key(tag));
    return value != nullptr ? std::optional(protocol::str(*value)) : std::nullopt;
  };
}

// Who runs something answers with `value`, or with why it failed.
void perform(Call call, std::function<Operation()> begin, Value value) {
  call.enforcer.perform(std::move(begin), [done = std::move(call.done), value = std::move(value)](
                                              const base::Result<void>& result) {
    done(result ? ok(value) : failure("RuntimeError", result.error().message));
  });
}

// ban, unban, reban, prolong: of the ticket that aInfo describes.
template <Operation (CommandAction::*kOperation)(action::Subject)>
void run_with_ticket(Call call) {
  const Value& info = *call.arguments.find("aInfo");
  if (info.get<protocol::Dict>() == nullptr) {
    return call.done(failure(
        "AttributeError", "'" + std::string(type_name(info)) + "' object has no attribute 'get'"));
  }
  action::Subject subject;
  subject.values = lookup_of(info);
  const auto address = subject.values("ip");
  if (!address) return call.done(failure("KeyError", "ip"));
  subject.address = *address;
  subject.scope = action::scope_of(*address);
  perform(call,
          [action = &call.action, subject = std::move(subject)] {
            return (action->*kOperation)(subject);
          },
          {});
}

// Without a text for it, fail2ban runs the tag itself, which fails.
void prolong(Call call) {
  if (call.action.can_prolong()) return run_with_ticket<&CommandAction::prolong>(std::move(call));
  const auto* info = call.arguments.find("aInfo")->get<protocol::Dict>();
  const auto address = info != nullptr ? lookup_of(*info)("ip") : std::nullopt;
  call.done(failure("RuntimeError", "Error prolonging " + address.value_or("None")));
}

template <Operation (CommandAction::*kOperation)()>
void run_plain(Call call) {
  perform(
      call, [action = &call.action] { return (action->*kOperation)(); }, true);
}

void check(Call call) {
  perform(
      call, [action = &call.action] { return action->check(); }, true);
}

void clear(Call call) {
  call.action.definition().reset_commands();
  call.done(ok());
}

void invalidate(Call call) {
  call.action.raise_epoch();
  call.done(ok());
}

void execute(Call call) {
  const Value& command = *call.arguments.find("realCmd");
  action::Step step;
  if (const auto* words = command.get<protocol::List>()) {
    for (const Value& word : words->items) step.args.push_back(protocol::str(word));
    if (!step.args.empty()) step.text = step.args.front();
    if (!step.args.empty()) step.args.erase(step.args.begin());
  } else if (!command.is_none()) {
    step.text = protocol::str(command);
  }
  if (const Value* timeout = call.arguments.find("timeout")) {
    if (const auto* whole = timeout->get<int64_t>()) step.timeout = static_cast<double>(*whole);
    if (const auto* real = timeout->get<double>()) step.timeout = *real;
  }
  call.enforcer.perform(
      [step] { return action::run_alone(step); },
      [done = std::move(call.done)](const base::Result<void>& result) { done(ok(result.ok())); });
}

// What a shell would read is put behind a backslash.
void escape(Call call) {
  const auto* text = call.arguments.find("value")->get<std::string>();
  if (text == nullptr) {
    return call.done(
        failure("TypeError", "expected string or bytes-like object, got '" +
                                 std::string(type_name(*call.arguments.find("value"))) + "'"));
  }
  std::string escaped;
  for (const char c : *text) {
    if (std::string_view("\\#&;`|*?~<>^()[]{}$'\"\n\r").find(c) != std::string::npos)
      escaped += '\\';
    escaped += c == '\n' ? 'n' : c == '\r' ? 'r' : c;
  }
  call.done(ok(escaped));
}

bool is_dict(const Value& info, Call& call) {
  if (info.get<protocol::Dict>() != nullptr) return true;
  call.done(failure("TypeError", "'" + std::string(type_name(info)) + "' object is not a mapping"));
  return false;
}

void replace_tags(Call call) {
  const Value& info = *call.arguments.find("aInfo");
  if (!is_dict(info, call)) return;
  const auto text = action::expand_properties(protocol::str(*call.arguments.find("query")),
                                              lookup_of(info), action::Scope::all);
  call.done(text ? ok(*text) : failure("ValueError", text.error().message));
}

void replace_dynamic_tags(Call call) {
  const Value& info = *call.arguments.find("aInfo");
  if (!is_dict(info, call)) return;
  const action::Step step =
      action::bind_values(protocol::str(*call.arguments.find("realCmd")), lookup_of(info));
  if (step.args.empty()) return call.done(ok(step.text));
  protocol::List words{{step.text}};
  for (const std::string& arg : step.args) words.items.emplace_back(arg);
  call.done(ok(std::move(words)));
}

const std::map<std::string_view, Method>& methods() {
  static const std::map<std::string_view, Method> all{
      {"ban", {{"aInfo"}, {}, false, run_with_ticket<&CommandAction::ban>}},
      {"clearAllParams", {{}, {}, false, clear}},
      {"consistencyCheck", {{}, {"beforeRepair"}, false, check}},
      {"escapeTag", {{"value"}, {}, false, escape}},
      {"executeCmd", {{"realCmd"}, {"timeout"}, true, execute}},
      {"flush", {{}, {}, false, run_plain<&CommandAction::flush>}},
      {"invalidateBanEpoch", {{}, {}, false, invalidate}},
      {"prolong", {{"aInfo"}, {}, false, prolong}},
      {"reban", {{"aInfo"}, {}, false, run_with_ticket<&CommandAction::reban>}},
      {"reload", {{}, {}, true, run_plain<&CommandAction::reload>}},
      {"replaceDynamicTags", {{"realCmd", "aInfo"}, {"escapeVal"}, false, replace_dynamic_tags}},
      {"replaceTag",
       {{"query", "aInfo"}, {"conditional", "addrepl", "cache"}, false, replace_tags}},
      {"start", {{}, {}, false, run_plain<&CommandAction::start>}},
      {"stop", {{}, {}, false, run_plain<&CommandAction::stop>}},
      {"unban", {{"aInfo"}, {}, false, run_with_ticket<&CommandAction::unban>}},
  };
  return all;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "'a'", "'a' and 'b'", "'a', 'b', and 'c'"
std::string listing(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += names.size() > 2 ? ", " : " ";
    if (i > 0 && i + 1 == names.size()) text += "and ";
    text += "'" + names[i] + "'";
  }
  return text;
}

// What Python says of arguments that do not fit; nothing if they do.
std::optional<std::string> misfit(const Method& method, const Arguments& arguments) {
  for (const auto& [key, value] : arguments.all().items) {
    const std::string name = protocol::str(key);
    if (method.takes_any || contains(method.required, name) || contains(method.optional, name))
      continue;
    return "got an unexpected keyword argument '" + name + "'";
  }
  std::vector<std::string> missing;
  for (const auto name : method.required) {
    if (arguments.find(name) == nullptr) missing.emplace_back(name);
  }
  if (missing.empty()) return std::nullopt;
  return "missing " + std::to_string(missing.size()) + " required positional argument" +
         (missing.size() > 1 ? "s" : "") + ": " + listing(missing);
}

}  // namespace

bool is_action_method(std::string_view name) {
  return methods().contains(name);
}

void call_action_method(Enforcer& enforcer, CommandAction& action, const std::string& name,
                        const std::optional<std::string>& json, ReplyDone done) {
  const auto parsed = json ? value_of_json(*json) : Value(protocol::Dict{});
  if (!parsed) return done(failure("ValueError", parsed.error().message));
  const auto* given = parsed->get<protocol::Dict>();
  if (given == nullptr) {
    return done(failure("TypeError", "fail2ban.server.action.CommandAction." + name +
                                         "() argument after ** must be a mapping, not " +
                                         std::string(type_name(*parsed))));
  }
  const Method& method = methods().find(name)->second;
  const Arguments arguments(*given);
  if (const auto wrong = misfit(method, arguments)) {
    return done(failure("TypeError", "CommandAction." + name + "() " + *wrong));
  }
  method.run({enforcer, action, arguments, std::move(done)});
}

}  // namespace gaoler::server
