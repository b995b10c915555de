#include "config/definition.h"

#include "config/conditional.h"

namespace gaoler::config {
namespace {

constexpr std::string_view kDefinition = "Definition";
constexpr std::string_view kInit = "Init";
constexpr std::string_view kKnown = "known/";

}  // namespace

Definition::Definition(std::string name, Texts parameters, Specs specs, Dialect dialect,
                       TextPool& pool, Report& report)
    : name_(std::move(name)),
      parameters_(std::move(parameters)),
      specs_(specs),
      dialect_(dialect),
      pool_(pool),
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

Resolved Definition::defined(std::string_view option) const {
  return resolve(*store_, kDefinition, option, {}, pool_, report_);
}

void Definition::read(const Texts& jail_options, bool with_all) {
  variables_ = as_variables(jail_options, parameters_, pool_);
  // Before [Init] adds to the parameters.
  const Texts given = dialect_ == Dialect::fail2ban_1_1_1 ? parameters_ : Texts();
  options_ = {};
  for (const OptionSpec& spec : specs_) {
    if (jail_options.contains(spec.name) || parameters_.contains(spec.name)) continue;
    Resolved resolved = resolve(*store_, kDefinition, spec.name, variables_, pool_, report_);
    if (resolved.is_text()) options_.set(spec.name, resolved.text);
    bool without_value =
        resolved.kind == Resolved::Kind::no_section || resolved.kind == Resolved::Kind::no_text;
    if (without_value) options_.set(spec.name, std::nullopt);
  }
  if (const StoredSection* init = store_->section(kInit)) {
    for (const auto& [name, option] : *init) {
      bool is_known = name.starts_with(kKnown);
      if (is_known && parameters_.contains(name)) continue;
      Resolved resolved = resolve(*store_, kInit, name, {}, pool_, report_);
      const Texts::Text text = resolved.as_text();
      if (!is_known) parameters_.set(pool_.keep(kKnown, name), text);
      if (parameters_.contains(name)) continue;
      const Texts::Text plain = given.find(split_condition(name).plain);
      parameters_.set(name, plain ? plain : text);
    }
  }
  const StoredSection* definition = with_all ? store_->section(kDefinition) : nullptr;
  if (!definition) return;
  for (const auto& [name, option] : *definition) {
    if (options_.contains(name)) continue;
    Resolved resolved = resolve(*store_, kDefinition, name, {}, pool_, report_);
    if (resolved.is_text()) options_.set(name, resolved.text);
  }
}

std::optional<Texts> Definition::combine(TagNames untouched) {
  Texts all = std::move(options_);
  all.set_all(parameters_);
  for (const auto& [name, value] : all.items()) {
    const ConditionalName option = split_condition(name);
    if (!option.condition.empty()) untouched.push_back(option.plain);
  }
  auto lookup = [this](std::string_view tag) { return look_up_tag(tag); };
  auto place = [this](std::string_view option, std::string_view tag) {
    return place_of_option(option, tag.empty() ? std::string() : '<' + std::string(tag) + '>');
  };
  if (!substitute_tags(all, untouched, lookup, pool_, report_, place)) return std::nullopt;
  return all;
}

protocol::Value Definition::typed(std::string_view option, Texts::Text text) {
  if (!text) return {};
  const OptionSpec* spec = find_spec(specs_, option);
  std::optional<protocol::Value> value = convert(spec ? spec->kind : OptionKind::text, *text);
  if (!value) {
    report_.warning("wrong value '" + std::string(*text) + "' for '" + std::string(option) +
                        "' in " + name_ + ": it is left out",
                    place_of_option(option, {}), "it must be a whole number");
  }
  return value.value_or(protocol::Value());
}

// What was found stays, even where other variables would find something else later.
Texts::Text Definition::look_up_tag(std::string_view tag) {
  if (const Texts::Text* known = looked_up_.value(tag)) return *known;
  const Resolved resolved =
      resolve_qualified(*store_, kDefinition, tag, variables_, pool_, report_);
  looked_up_.set(pool_.keep(tag), resolved.as_text());
  return resolved.as_text();
}

Place Definition::place_of_option(std::string_view option, std::string_view part) const {
  if (option.starts_with(kKnown)) option.remove_prefix(kKnown.size());
  for (std::string_view name : {kInit, kDefinition}) {
    const StoredSection* section = store_->section(name);
    const StoredOption* found = section ? section->find(option) : nullptr;
    if (found) return place_of(found->origin, part);
  }
  return {};
}

}  // namespace gaoler::config
