#include "filter/expression.h"

#include <algorithm>

#include "base/text.h"
#include "filter/tags.h"

namespace gaoler::filter {
namespace {

constexpr std::string_view kAlternative = "alt_";
constexpr std::string_view kTuplePart = "tuple_";

// "user_2" -> "user": what is left of a derived name without its number.
std::string_view without_number(std::string_view name) {
  size_t digits = name.find_last_not_of("0123456789");
  bool numbered =
      digits != std::string_view::npos && digits + 1 < name.size() && name[digits] == '_';
  return numbered ? name.substr(0, digits) : name;
}

std::vector<std::optional<std::string>> as_tuple(const GroupValue* value) {
  using Tuple = std::vector<std::optional<std::string>>;
  if (!value) return {std::nullopt};
  if (const auto* tuple = std::get_if<Tuple>(value)) return *tuple;
  if (const auto* text = std::get_if<std::string>(value)) return {*text};
  return {};
}

}  // namespace

base::Result<Expression> Expression::compile(std::string_view regex, UseDns use_dns,
                                             bool multiline) {
  std::string expanded = expand_tags(regex, use_dns);
  if (base::trim(expanded).empty()) return base::Error{"Cannot add empty regex"};
  auto pattern = regex::Pattern::compile(expanded, {.multiline = multiline});
  if (!pattern) {
    return base::Error{"Unable to compile regular expression '" + expanded + "':\n" +
                       pattern.error().message};
  }
  return Expression(std::move(*pattern));
}

Expression::Expression(regex::Pattern pattern) : pattern_(std::move(pattern)) {
  for (const auto& [name, number] : pattern_.names()) {
    std::string_view rest = name;
    for (auto [prefix, list] :
         {std::pair{kAlternative, &alternatives_}, std::pair{kTuplePart, &tuple_parts_}}) {
      if (rest.substr(0, prefix.size()) != prefix) continue;
      list->emplace_back(name, group_of_tag(without_number(rest.substr(prefix.size()))));
    }
  }
  std::sort(alternatives_.begin(), alternatives_.end());
  std::sort(tuple_parts_.begin(), tuple_parts_.end());
}

bool Expression::has_id() const {
  const auto& names = pattern_.names();
  return std::any_of(names.begin(), names.end(), [](const auto& group) {
    const std::string& name = group.first;
    return name == "fid" || name == "ip4" || name == "ip6" || name == "dns" || name == "mlfid";
  });
}

Groups Expression::groups(std::string_view subject, const regex::Match& match) const {
  Groups result;
  for (const auto& [name, number] : pattern_.names()) {
    std::optional<GroupValue> value;
    if (match.groups[number].participated()) value = std::string(match.text(subject, number));
    result.set(name, std::move(value));
  }
  for (const auto& [group, target] : alternatives_) {
    if (result.truthy(group) && !result.truthy(target)) result.set(target, *result.find(group));
  }
  for (const auto& [group, target] : tuple_parts_) {
    const std::string* part = result.text(group);
    auto tuple = as_tuple(result.find(target));
    tuple.push_back(part ? std::optional(*part) : std::nullopt);
    result.set(target, std::move(tuple));
  }
  return result;
}

std::string Expression::skipped(std::string_view subject, const regex::Match& match) const {
  std::string text;
  for (int number = 0;; ++number) {
    auto group = pattern_.group("skiplines" + std::to_string(number));
    if (!group) return text;
    text += match.text(subject, *group);
  }
}

}  // namespace gaoler::filter
