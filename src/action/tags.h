// Tags <name> in the texts of actions: those known from the configuration, and those of one ticket.
//
// Pure. Properties are trusted text and are put in recursively, the variant of the family first;
// values of tickets come from logs and are put in once, at the end, and never as text that a shell
// would read: a value made of more than the harmless bytes (is_plain_value) becomes a variable,
// $f2bV_name, set in a first line from the script's arguments.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "action/scope.h"
#include "action/step.h"
#include "base/result.h"

namespace gaoler::action {

// A longer value is cut: the kernel takes 128 KiB for one argument, and a ban must not fail for a
// long log line.
inline constexpr size_t kMaxValueBytes = 64 * 1024;
// All values of one step together, far below what the kernel takes (2 MiB with the environment).
inline constexpr size_t kMaxArgumentBytes = 512 * 1024;
// A text that grows beyond this while properties are put in is refused; /bin/sh -c could not be
// given it.
inline constexpr size_t kMaxScriptBytes = 120 * 1024;

// The text of a property, nothing if there is none of that name.
using PropertyLookup = std::function<std::optional<std::string>(std::string_view name)>;

// The value of a tag for one ticket; asked only for tags that occur, so costly ones cost nothing
// unused. Captured groups are asked for as "F-" + name of the group ("F-user" for <F-USER>).
// Nothing: unknown, the tag stays as it is.
using TagLookup = std::function<std::optional<std::string>(std::string_view tag)>;

// Puts properties in until none is left; <br> is a newline, <sp> a blank. Tags of tickets stay.
// Refused when a property contains itself.
base::Result<std::string> expand_properties(std::string_view text, const PropertyLookup& properties,
                                            Scope scope);

// Puts <family> in, where the scope is one; all else stays.
std::string bind_family(std::string_view text, Scope scope);

// Puts the values of one ticket in. Unknown tags stay, an unknown <F-...> becomes empty. Text and
// args of the step are filled, not its timeout.
Step bind_values(std::string_view text, const TagLookup& values);

// May the value stand in a shell script as it is? Letters, digits and _ . , : / @ % + - only. Not
// "=": in front of a command it would be an assignment. A leading "-" cannot be made harmless here:
// the word reaches the command as it is, pasted or not.
bool is_plain_value(std::string_view value);

}  // namespace gaoler::action
