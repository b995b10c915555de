#include "action/definition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "action/tags.h"
#include "base/duration.h"

namespace gaoler::action {
namespace {

constexpr base::Seconds kDefaultTimeout = 60;

constexpr std::array<std::string_view, 9> kCommands = {
    "actionban",    "actioncheck", "actionflush", "actionreban", "actionreload",
    "actionrepair", "actionstart", "actionstop",  "actionunban"};

// fail2ban lists them among the properties though nobody sets them.
constexpr std::array<std::string_view, 3> kListedOnly = {"ESCAPE_CRE", "ESCAPE_VN_CRE", "banEpoch"};

constexpr std::string_view kFamilyVariant = "?family=";

// A whole number as one: fail2ban answers 120, not 120.0, to a timeout of 2m.
Property number_property(double value) {
  const auto whole = static_cast<int64_t>(value);
  if (static_cast<double>(whole) == value) return whole;
  return value;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string property_text(const Property& value) {
  struct Text {
    std::string operator()(bool truth) const { return truth ? "True" : "False"; }
    std::string operator()(int64_t number) const { return std::to_string(number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(double number) const {
      std::array<char, 32> buffer{};
      const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
      std::string text(buffer.data(), end);
      if (text.find_first_of(".en") == text.npos) text += ".0";
      return text;
    }
  };
  return std::visit(Text{}, value);
}

bool property_truth(const Property& value) {
  struct Truth {
    bool operator()(bool truth) const { return truth; }
    bool operator()(int64_t number) const { return number != 0; }
    bool operator()(double number) const { return number != 0; }
    bool operator()(const std::string& text) const { return !text.empty(); }
  };
  return std::visit(Truth{}, value);
}

Definition::Definition() {
  reset_commands();
}

void Definition::reset_commands() {
  for (const std::string_view key : kCommands) properties_.insert_or_assign(std::string(key), "");
  properties_.insert_or_assign("timeout", number_property(kDefaultTimeout));
  changed();
}

base::Result<void> Definition::set(const std::string& key, Property value) {
  if (key == "bantime") return {};
  if (key == "timeout") {
    if (const auto* text = std::get_if<std::string>(&value)) {
      const auto seconds = base::parse_duration(*text);
      if (!seconds) return seconds.error();
      value = number_property(*seconds);
    }
  }
  properties_.insert_or_assign(key, std::move(value));
  changed();
  return {};
}

void Definition::changed() {
  ++revision_;
  expanded_.clear();
}

base::Result<Property> Definition::get(std::string_view key) const {
  const auto found = properties_.find(key);
  if (found != properties_.end()) return found->second;
  return base::Error{"'CommandAction' object has no attribute '" + std::string(key) + "'"};
}

std::vector<std::string> Definition::property_names() const {
  std::vector<std::string> names(kListedOnly.begin(), kListedOnly.end());
  for (const auto& [key, value] : properties_) {
    if (!key.starts_with('_')) names.push_back(key);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Definition::method_names() {
  return {"ban",
          "clearAllParams",
          "consistencyCheck",
          "escapeTag",
          "executeCmd",
          "flush",
          "invalidateBanEpoch",
          "prolong",
          "reban",
          "reload",
          "replaceDynamicTags",
          "replaceTag",
          "start",
          "stop",
          "unban"};
}

bool Definition::has(std::string_view key) const {
  const auto found = properties_.find(key);
  return found != properties_.end() && property_truth(found->second);
}

std::string Definition::text(std::string_view key) const {
  const auto found = properties_.find(key);
  return found == properties_.end() ? "" : property_text(found->second);
}

base::Seconds Definition::timeout() const {
  const auto found = properties_.find("timeout");
  if (found == properties_.end()) return kDefaultTimeout;
  if (const auto* whole = std::get_if<int64_t>(&found->second)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&found->second)) return *number;
  return kDefaultTimeout;
}

bool Definition::starts_on_demand() const {
  return properties_.contains("actionstart_on_demand") ? has("actionstart_on_demand")
                                                       : has_family_variants();
}

bool Definition::has_family_variants() const {
  return std::any_of(properties_.begin(), properties_.end(), [](const auto& entry) {
    const size_t mark = entry.first.find(kFamilyVariant);
    return mark != std::string::npos && is_word(std::string_view(entry.first).substr(0, mark));
  });
}

base::Result<std::string> Definition::expanded(std::string_view key, Scope scope) const {
  const std::pair<std::string, Scope> entry(key, scope);
  if (const auto known = expanded_.find(entry); known != expanded_.end()) return known->second;
  const PropertyLookup lookup = [this](std::string_view name) -> std::optional<std::string> {
    const auto found = properties_.find(name);
    if (found == properties_.end()) return std::nullopt;
    return property_text(found->second);
  };
  auto text = expand_properties("<" + std::string(key) + ">", lookup, scope);
  if (text) expanded_.emplace(entry, *text);
  return text;
}

}  // namespace gaoler::action
