// The settings of a jail as values of replies: what `get` answers and `set` echoes.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "protocol/value.h"

namespace gaoler::server {

class JailRunner;

inline constexpr std::array<std::string_view, 7> kBanTimeRules{
    "increment", "factor", "formula", "multipliers", "maxtime", "rndtime", "overalljails"};

protocol::Value text_list(const std::vector<std::string>& texts);
protocol::Value optional_text(const std::optional<std::string>& text);
protocol::Value number(base::Seconds seconds, bool whole);
std::string duration_text(const base::Duration& duration);

protocol::Value ignore_self_value(const JailRunner& jail);
protocol::Value ignore_ip_value(const JailRunner& jail);
protocol::Value ignore_command_value(const JailRunner& jail);  // False if never set
protocol::Value ignore_cache_value(const JailRunner& jail);
protocol::Value log_path_value(const JailRunner& jail);
protocol::Value log_encoding_value(const JailRunner& jail);
protocol::Value journal_match_value(const JailRunner& jail);
protocol::Value prefregex_value(const JailRunner& jail);
protocol::Value use_dns_value(const JailRunner& jail);
protocol::Value date_pattern_value(const JailRunner& jail);
protocol::Value log_timezone_value(const JailRunner& jail);
protocol::Value find_time_value(const JailRunner& jail);
protocol::Value ban_time_value(const JailRunner& jail);
protocol::Value ban_time_rule_value(const JailRunner& jail, std::string_view rule);

// "key=\"<ip>\", max-count=5" as keys and values; quotes are taken off.
std::map<std::string, std::string> parse_options(std::string_view text);

}  // namespace gaoler::server
