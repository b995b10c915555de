// Options of known name and type, read from one section: what a jail, a filter, an action or
// fail2ban.conf may say.
//
// A text that does not fit its type counts as None and is warned about, as fail2ban does; a mistake
// of interpolation is fatal and the option is left out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/interpolation.h"
#include "config/texts.h"
#include "protocol/value.h"

namespace gaoler::config {

enum class OptionKind { text, boolean, integer };

struct OptionSpec {
  std::string_view name;
  OptionKind kind = OptionKind::text;
  std::optional<std::string_view> fallback =
      std::nullopt;  // when it is set nowhere; none: then it is left out
};

using Specs = std::span<const OptionSpec>;
const OptionSpec* find_spec(Specs specs, std::string_view name);

// In the order of the specs; a value is a string, a bool, an integer or None.
// Names are the specs' own, or live as long elsewhere.
using Options = std::vector<std::pair<std::string_view, protocol::Value>>;
const protocol::Value* find_option(const Options& options, std::string_view name);
std::string text_option(const Options& options,
                        std::string_view name);  // "" if there is no such text

// The text as a value of that kind; nothing if it is none.
std::optional<protocol::Value> convert(OptionKind kind, std::string_view text);

Options read_options(const Store& store, std::string_view section, Specs specs, Report& report);

// As str() of Python prints them, kept in the pool; None is nothing.
Texts as_texts(const Options& options, TextPool& pool);

// The texts with others laid over them, names lower-cased; of names that become the same the later
// wins, where one that is in both has the rank of the first.
Variables as_variables(const Texts& texts, const Texts& laid_over, TextPool& pool);

}  // namespace gaoler::config
