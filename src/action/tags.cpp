#include "action/tags.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"

namespace gaoler::action {
namespace {

// Passes over one text while properties are put in; each resolves one more level of tags inside
// values.
constexpr int kMaxPasses = 100;

struct Tag {
  size_t begin = 0;  // of "<"
  size_t end = 0;    // behind ">"
  std::string_view name;
};

// "<name>" with neither blanks nor angle brackets inside; the innermost of nested ones.
std::optional<Tag> next_tag(std::string_view text, size_t from) {
  size_t open = text.find('<', from);
  while (open != text.npos) {
    const size_t stop = text.find_first_of(" <>", open + 1);
    if (stop == text.npos) return std::nullopt;
    if (text[stop] == '>' && stop > open + 1) {
      return Tag{open, stop + 1, text.substr(open + 1, stop - open - 1)};
    }
    open = text[stop] == '<' ? stop : text.find('<', stop);
  }
  return std::nullopt;
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Copies the text with every tag replaced by what `value` gives for it and the byte behind it (0 at
// the end); tags it has nothing for stay.
template <class Value>
std::string replace_tags(std::string_view text, Value value) {
  std::string out;
  size_t from = 0;
  while (const auto tag = next_tag(text, from)) {
    out += text.substr(from, tag->begin - from);
    const char behind = tag->end < text.size() ? text[tag->end] : '\0';
    if (auto replacement = value(tag->name, behind)) {
      out += *replacement;
    } else {
      out += text.substr(tag->begin, tag->end - tag->begin);
    }
    from = tag->end;
  }
  out += text.substr(from);
  return out;
}

std::optional<std::string> layout_tag(std::string_view name) {
  if (name == "br") return "\n";
  if (name == "sp") return " ";
  return std::nullopt;
}

// These stand for evidence from logs even where a property has the same name.
bool always_from_ticket(std::string_view name) {
  return name == "matches" || name == "ipmatches" || name == "ipjailmatches";
}

// The captured group that <F-NAME> means, as lookups are asked for it: "F-name". Upper case only,
// as in fail2ban.
std::optional<std::string> group_tag(std::string_view name) {
  if (!name.starts_with("F-") || name.size() == 2) return std::nullopt;
  if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", 2) != name.npos) {
    return std::nullopt;
  }
  std::string group = base::to_lower(name.substr(2));
  if (group == "id" || group == "port")
    group.insert(0, "f");  // the groups are called so in filters
  return "F-" + group;
}

// Cuts to at most `limit` bytes, not inside of a UTF-8 character, and without NUL, which no
// argument can hold.
std::string bounded_value(std::string value, size_t limit) {
  std::erase(value, '\0');
  if (value.size() <= limit) return value;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  value.resize(end);
  return value;
}

// Collects the values of one step and how its text refers to them.
class Values {
 public:
  explicit Values(const TagLookup& lookup) : lookup_(lookup) {}

  // What stands in the text for a tag: the value itself, a variable, or nothing for an unknown tag.
  std::optional<std::string> reference(std::string_view name, char behind) {
    auto known = known_.find(name);
    if (known == known_.end()) known = known_.emplace(name, look_up(name)).first;
    const Reference& reference = known->second;
    if (reference.variable.empty()) return reference.plain;
    if (is_word_byte(behind)) return "${" + reference.variable + "}";
    return "$" + reference.variable;
  }

  // The script with its first line, and its arguments.
  Step finish(std::string text) && {
    if (args_.empty()) return {std::move(text), {}};
    std::string line;
    for (size_t i = 0; i < variables_.size(); ++i) {
      const std::string number = std::to_string(i);
      line += variables_[i] + "=$" + (i < 10 ? number : "{" + number + "}") + " ";
    }
    return {line + "\n" + text, std::move(args_)};
  }

 private:
  struct Reference {
    std::optional<std::string> plain;  // nothing: unknown tag
    std::string variable;              // instead, if not empty
  };

  Reference look_up(std::string_view name) {
    const auto group = group_tag(name);
    if (!group && name.starts_with("F-")) return {};  // not how a group is written
    auto value = group ? lookup_(*group).value_or("") : lookup_(name);
    if (!value) return {layout_tag(name), ""};
    if (is_plain_value(*value)) return {std::move(value), ""};
    return {std::nullopt, add_variable(group.value_or(std::string(name)), std::move(*value))};
  }

  std::string add_variable(std::string_view tag, std::string value) {
    std::string variable = "f2bV_";
    for (const char c : tag) variable += is_word_byte(c) ? c : '_';
    while (std::find(variables_.begin(), variables_.end(), variable) != variables_.end()) {
      variable += '_';  // <a-b> beside <a_b>
    }
    variables_.push_back(variable);
    args_.push_back(bounded_value(std::move(value), std::min(kMaxValueBytes, room_)));
    room_ -= args_.back().size();
    return variable;
  }

  const TagLookup& lookup_;
  size_t room_ = kMaxArgumentBytes;
  std::map<std::string, Reference, std::less<>> known_;
  std::vector<std::string> variables_;
  std::vector<std::string> args_;
};

}  // namespace

bool is_plain_value(std::string_view value) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,:/@%+-";
  return value.find_first_not_of(kPlain) == value.npos && value.size() <= 256;
}

base::Result<std::string> expand_properties(std::string_view text, const PropertyLookup& properties,
                                            Scope scope) {
  const std::string_view variant = variant_suffix(scope);
  std::string last_tag;
  const auto property = [&](std::string_view name, char) -> std::optional<std::string> {
    if (always_from_ticket(name)) return std::nullopt;
    std::optional<std::string> value;
    if (!variant.empty()) value = properties(std::string(name) + std::string(variant));
    if (!value) value = properties(name);
    if (!value) value = layout_tag(name);
    if (value) last_tag = name;
    return value;
  };
  std::string out(text);
  for (int pass = 0; pass < kMaxPasses && out.size() <= kMaxScriptBytes; ++pass) {
    last_tag.clear();
    out = replace_tags(out, property);
    if (last_tag.empty()) return out;
  }
  return base::Error{
      "properties contain self referencing definitions and cannot be resolved, fail tag: " +
      last_tag};
}

std::string bind_family(std::string_view text, Scope scope) {
  if (variant_suffix(scope).empty()) return std::string(text);
  return replace_tags(text, [scope](std::string_view name, char) -> std::optional<std::string> {
    if (name != "family") return std::nullopt;
    return std::string(scope_text(scope));
  });
}

Step bind_values(std::string_view text, const TagLookup& lookup) {
  Values values(lookup);
  std::string bound = replace_tags(
      text, [&](std::string_view name, char behind) { return values.reference(name, behind); });
  return std::move(values).finish(std::move(bound));
}

}  // namespace gaoler::action
