#include "config/definition.h"

#include "config/characters.h"

namespace gaoler::config {
namespace {

constexpr std::string_view kDefinition = "Definition";
constexpr std::string_view kInit = "Init";
constexpr std::string_view kKnown = "known/";

}  // namespace

std::string_view unconditional_name(std::string_view name) {
  size_t at = 0;
  while (size_t size = word_character_at(name, at)) at += size;
  return at > 0 && at + 1 < name.size() && name[at] == '?' ? name.substr(0, at)
                                                           : std::string_view{};
}

Definition::Definition(std::string name, Texts parameters, Specs specs, Dialect dialect,
                       Report& report)
    : name_(std::move(name)),
      parameters_(std::move(parameters)),
      specs_(specs),
      dialect_(dialect),
      report_(report) {}

bool Definition::load(Loader& loader) {
  return (store_ = loader.load(name_)) != nullptr;
}

bool Definition::load_alone(Loader& loader, const std::string& path) {
  return (store_ = loader.load_alone(path)) != nullptr;
}

bool Definition::defines(std::string_view option) const {
  const StoredSection* definition = store_->section(kDefinition);
  return definition && definition->find(option);
}

void Definition::read(const Texts& jail_options, bool with_all) {
  variables_ = as_variables(jail_options, parameters_);
  // Before [Init] adds to the parameters.
  const Texts given = dialect_ == Dialect::fail2ban_1_1_1 ? parameters_ : Texts();
  options_ = {};
  for (const OptionSpec& spec : specs_) {
    if (jail_options.contains(spec.name) || parameters_.contains(spec.name)) continue;
    Resolved resolved = resolve(*store_, kDefinition, spec.name, variables_, report_);
    if (resolved.is_text()) options_.set(std::string(spec.name), std::move(resolved.text));
    bool without_value =
        resolved.kind == Resolved::Kind::no_section || resolved.kind == Resolved::Kind::no_text;
    if (without_value) options_.set(std::string(spec.name), std::nullopt);
  }
  if (const StoredSection* init = store_->section(kInit)) {
    for (const StoredOption& option : init->options()) {
      std::string known(kKnown);
      known += option.name;
      bool is_known = option.name.starts_with(kKnown);
      if (is_known && parameters_.contains(option.name)) continue;
      Resolved resolved = resolve(*store_, kInit, option.name, {}, report_);
      std::optional<std::string> text =
          resolved.is_text() ? std::optional(std::move(resolved.text)) : std::nullopt;
      if (!is_known) parameters_.set(std::move(known), text);
      if (parameters_.contains(option.name)) continue;
      const std::string* plain = given.find(unconditional_name(option.name));
      parameters_.set(option.name, plain ? *plain : std::move(text));
    }
  }
  const StoredSection* definition = with_all ? store_->section(kDefinition) : nullptr;
  if (!definition) return;
  for (const StoredOption& option : definition->options()) {
    if (options_.contains(option.name)) continue;
    Resolved resolved = resolve(*store_, kDefinition, option.name, {}, report_);
    if (resolved.is_text()) options_.set(option.name, std::move(resolved.text));
  }
}

std::optional<Texts> Definition::combined(TagNames untouched) {
  Texts all = options_;
  all.set_all(parameters_);
  for (const auto& [name, value] : all.items()) {
    if (std::string_view plain = unconditional_name(name); !plain.empty()) untouched.emplace(plain);
  }
  auto lookup = [this](std::string_view tag) { return look_up_tag(tag); };
  auto place = [this](std::string_view option, std::string_view tag) {
    return place_of_option(option, tag);
  };
  if (!substitute_tags(all, untouched, lookup, report_, place)) return std::nullopt;
  return all;
}

protocol::Value Definition::typed(std::string_view option, const std::optional<std::string>& text) {
  if (!text) return {};
  const OptionSpec* spec = find_spec(specs_, option);
  std::optional<protocol::Value> value = convert(spec ? spec->kind : OptionKind::text, *text);
  if (!value) {
    report_.warning("wrong value '" + *text + "' for '" + std::string(option) + "' in " + name_ +
                        ": it is left out",
                    place_of_option(option, {}), "it must be a whole number");
  }
  return value.value_or(protocol::Value());
}

const std::string* Definition::look_up_tag(std::string_view tag) {
  auto known = looked_up_.find(tag);
  if (known == looked_up_.end()) {
    Resolved resolved = resolve_qualified(*store_, kDefinition, tag, variables_, report_);
    std::optional<std::string> text;
    if (resolved.is_text()) text = std::move(resolved.text);
    known = looked_up_.emplace(std::string(tag), std::move(text)).first;
  }
  return known->second ? &*known->second : nullptr;
}

Place Definition::place_of_option(std::string_view option, std::string_view tag) const {
  if (option.starts_with(kKnown)) option.remove_prefix(kKnown.size());
  for (std::string_view name : {kInit, kDefinition}) {
    const StoredSection* section = store_->section(name);
    const StoredOption* found = section ? section->find(option) : nullptr;
    if (found)
      return place_of(found->origin, tag.empty() ? std::string() : '<' + std::string(tag) + '>');
  }
  return {};
}

}  // namespace gaoler::config
