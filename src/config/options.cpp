#include "config/options.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "config/characters.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

using protocol::Value;

// As Python's int(): blanks around (in a text of ASCII only the usual ones), a sign, digits with
// single underscores between them.
std::optional<int64_t> parse_integer(std::string_view text) {
  bool is_ascii = std::all_of(text.begin(), text.end(),
                              [](char c) { return static_cast<signed char>(c) >= 0; });
  text = is_ascii ? base::trim(text) : strip(text);
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string digits(negative ? "-" : "");
  bool after_digit = false;
  for (char c : text) {
    if (c == '_' && !after_digit) return std::nullopt;
    after_digit = c != '_';
    if (after_digit) digits += c;
  }
  int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  bool whole = error == std::errc() && end == digits.data() + digits.size() && after_digit;
  return whole ? std::optional(number) : std::nullopt;
}

bool parse_boolean(std::string_view text) {
  std::string word = lower(text);
  return word == "1" || word == "on" || word == "true" || word == "yes";
}

std::string fallback_text(const OptionSpec& spec) {
  return spec.fallback ? '\'' + std::string(*spec.fallback) + '\'' : "none";
}

Value fallback_value(const OptionSpec& spec) {
  return spec.fallback ? convert(spec.kind, *spec.fallback).value_or(Value()) : Value();
}

}  // namespace

const OptionSpec* find_spec(Specs specs, std::string_view name) {
  auto found = std::find_if(specs.begin(), specs.end(),
                            [&](const OptionSpec& spec) { return spec.name == name; });
  return found == specs.end() ? nullptr : &*found;
}

const Value* find_option(const Options& options, std::string_view name) {
  auto found = std::find_if(options.begin(), options.end(),
                            [&](const auto& option) { return option.first == name; });
  return found == options.end() ? nullptr : &found->second;
}

std::string text_option(const Options& options, std::string_view name) {
  const Value* value = find_option(options, name);
  const std::string* text = value ? value->get<std::string>() : nullptr;
  return text ? *text : std::string();
}

std::optional<Value> convert(OptionKind kind, std::string_view text) {
  switch (kind) {
    case OptionKind::text:
      return Value(text);
    case OptionKind::boolean:
      return Value(parse_boolean(text));
    case OptionKind::integer:
      break;
  }
  std::optional<int64_t> number = parse_integer(text);
  return number ? std::optional<Value>(*number) : std::nullopt;
}

Options read_options(const Store& store, std::string_view section, Specs specs, Report& report) {
  Options options;
  options.reserve(specs.size());
  TextPool pool;
  for (const OptionSpec& spec : specs) {
    Resolved resolved = resolve(store, section, spec.name, {}, pool, report);
    switch (resolved.kind) {
      case Resolved::Kind::text: {
        std::optional<Value> value = convert(spec.kind, resolved.text);
        if (!value) {
          report.warning("wrong value for '" + std::string(spec.name) + "' in [" +
                             std::string(section) + "], using the default: " + fallback_text(spec),
                         place_of(resolved.origin), "it must be a whole number");
        }
        options.emplace_back(spec.name, value ? *std::move(value) : fallback_value(spec));
        break;
      }
      case Resolved::Kind::no_text:
        options.emplace_back(spec.name, Value());
        break;
      case Resolved::Kind::no_option:
        if (spec.fallback) options.emplace_back(spec.name, fallback_value(spec));
        break;
      case Resolved::Kind::no_section:
        options.emplace_back(spec.name, fallback_value(spec));
        break;
      case Resolved::Kind::mistake:
        break;
    }
  }
  return options;
}

Texts as_texts(const Options& options, TextPool& pool) {
  Texts texts;
  for (const auto& [name, value] : options) {
    const std::string* text = value.get<std::string>();
    if (value.is_none()) {
      texts.set(name, std::nullopt);
    } else {
      texts.set(name, text ? pool.keep(*text) : pool.keep(protocol::str(value)));
    }
  }
  return texts;
}

Variables as_variables(const Texts& texts, const Texts& laid_over, TextPool& pool) {
  const auto lowered = [&pool](std::string_view name) {
    return is_lower(name) ? name : pool.keep(lower(name));
  };
  Variables variables;
  for (const auto& [name, value] : texts.items()) {
    const Texts::Text* beaten_by = laid_over.value(name);
    variables.set(lowered(name), beaten_by ? *beaten_by : value);
  }
  for (const auto& [name, value] : laid_over.items()) {
    if (!texts.contains(name)) variables.set(lowered(name), value);
  }
  return variables;
}

}  // namespace gaoler::config
