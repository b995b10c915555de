#include "base/log.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace gaoler::base {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 11> kNames{{
    {"CRITICAL", LogLevel::critical},
    {"ERROR", LogLevel::error},
    {"WARNING", LogLevel::warning},
    {"NOTICE", LogLevel::notice},
    {"INFO", LogLevel::info},
    {"MSG", LogLevel::msg},
    {"DEBUG", LogLevel::debug},
    {"TRACE", LogLevel::trace},
    {"HEAVY", LogLevel::heavy},
    {"TRACEDEBUG", LogLevel::trace},
    {"HEAVYDEBUG", LogLevel::heavy},
}};

}  // namespace

std::string_view log_level_name(LogLevel level) {
  for (const auto& [name, known] : kNames) {
    if (known == level) return name;
  }
  return "LEVEL";
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  const std::string wanted = to_upper(text);
  for (const auto& [name, level] : kNames) {
    if (name == wanted) return level;
  }
  if (text.starts_with('-')) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return static_cast<LogLevel>(number);
}

}  // namespace gaoler::base
