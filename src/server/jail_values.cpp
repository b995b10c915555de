#include "server/jail_values.h"

#include <cmath>
#include <optional>

#include "base/text.h"
#include "protocol/repr.h"
#include "server/jail_runner.h"

namespace gaoler::server {

using protocol::List;
using protocol::Tuple;
using protocol::Value;

Value text_list(const std::vector<std::string>& texts) {
  List list;
  for (const std::string& text : texts) list.items.emplace_back(text);
  return list;
}

Value optional_text(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value();
}

Value number(base::Seconds seconds, bool whole) {
  if (whole) return static_cast<int64_t>(seconds);
  return seconds;
}

std::string duration_text(const base::Duration& duration) {
  return protocol::str(number(duration.seconds, duration.whole));
}

Value ignore_self_value(const JailRunner& jail) {
  return jail.ignore().list().ignore_self();
}

Value ignore_ip_value(const JailRunner& jail) {
  return text_list(jail.ignore().list().words());
}

Value ignore_command_value(const JailRunner& jail) {
  const auto& command = jail.ignore().command();
  return command ? Value(*command) : Value(false);
}

Value ignore_cache_value(const JailRunner& jail) {
  const auto& cache = jail.ignore().cache();
  if (!cache) return {};
  const auto& options = cache->options();
  return List{{Value(options.key), Value(options.max_count),
               number(options.max_time.seconds, options.max_time.whole)}};
}

Value log_path_value(const JailRunner& jail) {
  if (jail.backend() == "systemd") return List{};
  return text_list(jail.logs().paths());
}

Value log_encoding_value(const JailRunner& jail) {
  return base::equals_ignoring_case(jail.logs().encoding(), "auto") ? Value("UTF-8")
                                                                    : Value(jail.logs().encoding());
}

Value journal_match_value(const JailRunner& jail) {
  List alternatives;
  for (const sys::JournalMatch& match : jail.journal_matches) {
    alternatives.items.emplace_back(text_list(match));
  }
  return alternatives;
}

Value prefregex_value(const JailRunner& jail) {
  return jail.filter().prefregex().value_or("");
}

Value use_dns_value(const JailRunner& jail) {
  return filter::use_dns_name(jail.filter().use_dns());
}

// (None, "Default Detectors"), (pattern, name), ... as the printed layouts of the client expect.
Value date_pattern_value(const JailRunner& jail) {
  const dates::Detector& detector = jail.filter().detector();
  const auto templates = detector.describe();
  if (detector.is_default() || templates.size() > 2)
    return Tuple{{Value(), Value("Default Detectors")}};
  if (templates.empty()) return {};
  const auto& first = templates.front();
  const bool named_only = first.pattern.empty();
  return Tuple{{named_only ? Value() : Value(first.pattern), Value(first.name)}};
}

Value log_timezone_value(const JailRunner& jail) {
  return optional_text(jail.filter().log_timezone());
}

Value find_time_value(const JailRunner& jail) {
  const base::Seconds span = jail.ticker().find_time();
  return number(span, span == std::floor(span));
}

Value ban_time_value(const JailRunner& jail) {
  return static_cast<int64_t>(jail.enforcer().bans().ban_time());
}

Value ban_time_rule_value(const JailRunner& jail, std::string_view rule) {
  const jail::BanTime& rules = jail.enforcer().ban_time_rules();
  const auto text = rules.text_of(rule);
  if (!text) return {};
  if (rule == "increment") return rules.increment();
  if (rule == "maxtime" && rules.max_time())
    return number(rules.max_time()->seconds, rules.max_time()->whole);
  if (rule == "rndtime" && rules.random_time()) {
    return number(rules.random_time()->seconds, rules.random_time()->whole);
  }
  return *text;
}

std::map<std::string, std::string> parse_options(std::string_view text) {
  std::map<std::string, std::string> options;
  while (!(text = base::trim_left(text, ", \t\n")).empty()) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) break;
    const std::string key(base::trim(text.substr(0, equals)));
    text = base::trim_left(text.substr(equals + 1));
    const bool quoted = !text.empty() && (text[0] == '"' || text[0] == '\'');
    const size_t begin = quoted ? 1 : 0;
    const size_t end = std::min(quoted ? text.find(text[0], 1) : text.find(','), text.size());
    options[key] = base::trim(text.substr(begin, end - begin));
    text.remove_prefix(std::min(end + begin, text.size()));
  }
  return options;
}

}  // namespace gaoler::server
