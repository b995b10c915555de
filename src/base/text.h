// Small helpers on text. ASCII rules throughout: configuration keywords and the wire are ASCII, and
// the C locale must not change what a configuration means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gaoler::base {

inline constexpr std::string_view kBlanks = " \t\n\r\f\v";

std::string_view trim(std::string_view text, std::string_view drop = kBlanks);
std::string_view trim_left(std::string_view text, std::string_view drop = kBlanks);
std::string_view trim_right(std::string_view text, std::string_view drop = kBlanks);

// Every piece between separators, empty ones too: split("a,,b", ',') is {"a", "", "b"}, split("",
// ',') is {""}.
std::vector<std::string_view> split(std::string_view text, char separator);

// The words between any of the separators, empty ones dropped: split_any(" a  b ") is {"a", "b"}.
std::vector<std::string_view> split_any(std::string_view text,
                                        std::string_view separators = kBlanks);

std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string join(const std::vector<std::string_view>& parts, std::string_view separator);

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

std::string replace_all(std::string text, std::string_view what, std::string_view with);

bool equals_ignoring_case(std::string_view a, std::string_view b);

// "1", "on", "true", "yes" in any case are true, all else is false: fail2ban's rule for booleans.
bool parse_bool(std::string_view text);

}  // namespace gaoler::base
