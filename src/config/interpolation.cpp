#include "config/interpolation.h"

#include <algorithm>

#include "config/characters.h"

namespace gaoler::config {
namespace {

constexpr std::string_view kDefault = "DEFAULT";

struct Value {
  std::optional<std::string_view> text;
  Origin origin;
};

// Where names are looked up while one value is resolved.
struct Names {
  const Store& store;
  std::string_view section;
  const StoredSection* options;  // of that section; nullptr for [DEFAULT] itself
  const Variables& variables;

  std::optional<Value> find(std::string_view name) const {
    if (const Texts::Text* found = variables.value(name)) return Value{*found, {}};
    const StoredOption* option = options ? options->find(name) : nullptr;
    if (!option) option = store.defaults().find(name);
    if (!option) return std::nullopt;
    return Value{option->text, option->origin};
  }
};

// Names that only exist while a text and what is inserted into it are resolved: %(section/name)s,
// as written there.
struct Scope {
  const Scope* outer = nullptr;
  std::vector<std::pair<std::string_view, Value>> names;

  const Value* find(std::string_view name) const {
    for (const Scope* scope = this; scope; scope = scope->outer) {
      for (const auto& [known, value] : scope->names) {
        if (known == name) return &value;
      }
    }
    return nullptr;
  }
};

struct Qualified {
  std::string_view section;
  std::string_view option;
};

// "section/option": the section of word characters and dashes.
std::optional<Qualified> split_qualified(std::string_view name) {
  size_t at = 0;
  while (at < name.size()) {
    size_t size = name[at] == '-' ? 1 : word_character_at(name, at);
    if (size == 0) break;
    at += size;
  }
  if (at == 0 || at + 1 >= name.size() || name[at] != '/') return std::nullopt;
  return Qualified{name.substr(0, at), name.substr(at + 1)};
}

class Interpolation {
 public:
  Interpolation(const Names& names, std::string_view option, Report& report)
      : names_(names), option_(option), report_(report) {}

  // False after a mistake, which is reported.
  bool expand(std::string_view text, const Origin& origin, std::string& out) {
    return expand(text, origin, nullptr, 1, out);
  }

 private:
  bool expand(std::string_view text, const Origin& origin, const Scope* outer, int depth,
              std::string& out) {
    if (depth > kMaxInterpolationDepth) {
      return mistake("interpolation is nested deeper than " +
                         std::to_string(kMaxInterpolationDepth) + " levels",
                     origin, "%(",
                     "the option leads back to itself: break the circle of %(...)s references");
    }
    if (!report_.spend(text.size())) return false;
    Scope scope{outer, {}};
    add_qualified(text, scope);
    for (size_t at = 0; at < text.size();) {
      size_t percent = text.find('%', at);
      if (percent == std::string_view::npos) percent = text.size();
      out += text.substr(at, percent - at);
      if (out.size() > kMaxExpandedBytes) {
        return mistake("the value grows beyond " + std::to_string(kMaxExpandedBytes) + " bytes",
                       origin, {}, "its %(...)s references multiply; use fewer of them");
      }
      at = percent;
      if (at == text.size()) break;
      char next = at + 1 < text.size() ? text[at + 1] : '\0';
      if (next == '%') {
        out += '%';
        at += 2;
      } else if (next == '(') {
        at = insert(text, at, origin, scope, depth, out);
        if (at == kFailed) return false;
      } else {
        return mistake("'%' must be followed by '%' or '('", origin, text.substr(at, 2),
                       "write '%%' for a percent sign, or %(name)s for the value of an option");
      }
    }
    return true;
  }

  static constexpr size_t kFailed = std::string_view::npos;

  // The reference at `at`; where the text goes on, or kFailed.
  size_t insert(std::string_view text, size_t at, const Origin& origin, const Scope& scope,
                int depth, std::string& out) {
    size_t close = text.find(')', at + 2);
    if (close == std::string_view::npos || close == at + 2 || close + 1 >= text.size() ||
        text[close + 1] != 's') {
      mistake("bad interpolation variable reference", origin, first_line(text.substr(at)),
              "write it as %(name)s");
      return kFailed;
    }
    if (close - at > kMaxNameBytes) {
      mistake("the name within %(...)s is longer than " + std::to_string(kMaxNameBytes) + " bytes",
              origin, {}, "");
      return kFailed;
    }
    std::string_view written = text.substr(at, close + 2 - at);
    std::string name = lower(text.substr(at + 2, close - at - 2));
    std::optional<Value> value = find(name, scope);
    if (!value) {
      undefined(name, written, origin);
      return kFailed;
    }
    if (!value->text) {
      mistake("'" + name + "' has no value that can be inserted", origin, written,
              "give it a text value first");
      return kFailed;
    }
    if (++references_ > kMaxReferences) {
      mistake("more than " + std::to_string(kMaxReferences) + " %(...)s references in one value",
              origin, written, "");
      return kFailed;
    }
    if (value->text->find('%') == std::string_view::npos) {
      if (!report_.spend(value->text->size())) return kFailed;
      out += *value->text;
    } else if (!expand(*value->text, value->origin.file ? value->origin : origin, &scope, depth + 1,
                       out)) {
      return kFailed;
    }
    return close + 2;
  }

  std::optional<Value> find(std::string_view name, const Scope& scope) const {
    if (name == "__name__") return Value{names_.section, {}};
    if (const Value* value = scope.find(name)) return *value;
    return names_.find(name);
  }

  void add_qualified(std::string_view text, Scope& scope) const {
    if (text.find('/') == std::string_view::npos) return;
    for (size_t at = text.find("%("); at != std::string_view::npos; at = text.find("%(", at + 2)) {
      size_t close = text.find(')', at + 2);
      if (close == std::string_view::npos) return;
      if (close + 1 >= text.size() || text[close + 1] != 's') continue;
      std::string_view name = text.substr(at + 2, close - at - 2);
      std::optional<Qualified> qualified = split_qualified(name);
      if (!qualified || find(name, scope)) continue;
      if (std::optional<Value> value = find_qualified(*qualified))
        scope.names.emplace_back(name, *value);
    }
  }

  std::optional<Value> find_qualified(const Qualified& name) const {
    std::string section = lower(name.section);
    const StoredOption* option = nullptr;
    if (section == "known") {
      if (const StoredSection* known = names_.store.known_before(names_.section))
        option = known->find(name.option);
    } else if (section != "default") {
      const StoredSection* other = names_.store.section(name.section);
      if (!other) return std::nullopt;
      // A filter's options are known to its jail from when that jail is read.
      if (name.option.starts_with("known/")) report_.depend_on_order();
      option = other->find(name.option);
    }
    if (!option) option = names_.store.defaults().find(name.option);
    if (!option) return std::nullopt;
    return Value{option->text, option->origin};
  }

  static std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
  }

  void undefined(std::string_view name, std::string_view written, const Origin& origin) {
    std::string advice =
        "define '" + std::string(name) + "' in [" + std::string(names_.section) + "] or [DEFAULT]";
    if (std::optional<Qualified> qualified = split_qualified(name)) {
      bool capitals = lower(written) != written;
      advice =
          capitals && find_qualified(*qualified)
              ? "write it in small letters: %(" + std::string(name) + ")s"
          : capitals
              ? "a section with capital letters can't be named in %(section/option)s: rename it"
              : "there is no option '" + std::string(qualified->option) + "' in [" +
                    std::string(qualified->section) + "] nor in [DEFAULT]";
    }
    mistake("bad value substitution: option '" + std::string(option_) + "' in section '" +
                std::string(names_.section) + "' uses '" + std::string(name) +
                "', which is not defined",
            origin, written, advice);
  }

  bool mistake(std::string text, const Origin& origin, std::string_view part, std::string advice) {
    if (!origin.file)
      text +=
          " (in option '" + std::string(option_) + "' of [" + std::string(names_.section) + "])";
    report_.fatal(std::move(text), place_of(origin, part), std::move(advice));
    return false;
  }

  const Names& names_;
  std::string_view option_;
  Report& report_;
  size_t references_ = 0;
};

Resolved resolve_in(const Names& names, std::string_view option, TextPool& pool, Report& report) {
  std::optional<Value> value = names.find(option);
  if (!value) return {Resolved::Kind::no_option, {}, {}};
  Resolved resolved{Resolved::Kind::text, {}, value->origin};
  if (!value->text) {
    resolved.kind = Resolved::Kind::no_text;
  } else if (value->text->find('%') == std::string_view::npos) {
    resolved.text = *value->text;
    if (!report.spend(resolved.text.size())) resolved.kind = Resolved::Kind::mistake;
  } else {
    std::string expanded;
    if (Interpolation(names, option, report).expand(*value->text, value->origin, expanded))
      resolved.text = pool.keep(expanded);
    else
      resolved.kind = Resolved::Kind::mistake;
  }
  return resolved;
}

bool is_plain(std::string_view name) {
  for (size_t at = 0; at < name.size(); ++at) {
    if (name[at] == '>' || blank_at(name, at) > 0) return false;
  }
  return true;
}

bool is_missing(const Resolved& resolved) {
  return resolved.kind == Resolved::Kind::no_option || resolved.kind == Resolved::Kind::no_section;
}

}  // namespace

Resolved resolve(const Store& store, std::string_view section, std::string_view option,
                 const Variables& variables, TextPool& pool, Report& report) {
  const StoredSection* options = store.section(section);
  if (!options && section != kDefault) return {Resolved::Kind::no_section, {}, {}};
  return resolve_in({store, section, options, variables}, option, pool, report);
}

Resolved resolve_qualified(const Store& store, std::string_view section, std::string_view option,
                           const Variables& variables, TextPool& pool, Report& report) {
  const std::string lower_case = lower(option);
  std::optional<Qualified> name = split_qualified(option);
  if (name && is_plain(name->option)) {
    static const Variables kNone;
    const std::string where = lower(name->section);
    const std::string other = lower(name->option);
    Resolved found;
    if (where == "known") {
      if (const StoredSection* known = store.known_before(section)) {
        std::string known_section = "KNOWN/" + std::string(section);
        found = resolve_in({store, known_section, known, kNone}, other, pool, report);
      }
      if (is_missing(found)) found = resolve(store, section, other, kNone, pool, report);
    } else {
      found =
          resolve(store, where == "default" ? kDefault : name->section, other, kNone, pool, report);
    }
    if (!is_missing(found)) return found;
  }
  return resolve(store, section, lower_case, variables, pool, report);
}

}  // namespace gaoler::config
