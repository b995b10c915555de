#include "sys/log_target.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <optional>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/text.h"

namespace gaoler::sys {
namespace {

constexpr size_t kLoggerWidth = 24;
constexpr size_t kLevelWidth = 7;
constexpr size_t kMaxFieldWidth = 256;

constexpr std::array<std::pair<std::string_view, int>, 20> kFacilities{{
    {"KERN", 0},      {"USER", 1},    {"MAIL", 2},    {"DAEMON", 3},  {"AUTH", 4},
    {"SYSLOG", 5},    {"LPR", 6},     {"NEWS", 7},    {"UUCP", 8},    {"CRON", 9},
    {"AUTHPRIV", 10}, {"FTP", 11},    {"LOCAL0", 16}, {"LOCAL1", 17}, {"LOCAL2", 18},
    {"LOCAL3", 19},   {"LOCAL4", 20}, {"LOCAL5", 21}, {"LOCAL6", 22}, {"LOCAL7", 23},
}};

std::string padded(std::string_view text, size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

std::string date_text(base::UnixTime now) {
  const auto seconds = static_cast<time_t>(std::floor(now));
  const int millis = static_cast<int>((now - static_cast<double>(seconds)) * 1000);
  tm local{};
  localtime_r(&seconds, &local);
  char date[32];
  const size_t length = std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &local);
  std::snprintf(date + length, sizeof date - length, ",%03d", millis);
  return date;
}

struct Record {
  base::UnixTime now;
  base::LogLevel level;
  std::string_view logger;
  std::string_view message;
};

std::string field_text(std::string_view field, const Record& record) {
  if (field == "message") return std::string(record.message);
  if (field == "levelname") return std::string(base::log_level_name(record.level));
  if (field == "levelno") return std::to_string(static_cast<int>(record.level));
  if (field == "name") return std::string(record.logger);
  if (field == "module") return std::string(record.logger.substr(record.logger.rfind('.') + 1));
  if (field == "process") return std::to_string(::getpid());
  if (field == "asctime") return date_text(record.now);
  if (field == "created") return std::to_string(record.now);
  return {};
}

size_t take_number(std::string_view& text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return error == std::errc() ? std::min(number, kMaxFieldWidth) : 0;
}

// "%(name)-24.10s": the field, then as Python's % formats it: flags, width, precision and a letter.
std::string expand_field(std::string_view& format, const Record& record) {
  const size_t close = format.find(')');
  std::string value = field_text(format.substr(2, close - 2), record);
  format.remove_prefix(close + 1);
  const std::string_view flags = format.substr(0, format.find_first_not_of("-0 +#"));
  format.remove_prefix(flags.size());
  const size_t width = take_number(format);
  std::optional<size_t> precision;
  if (format.starts_with('.')) {
    format.remove_prefix(1);
    precision = take_number(format);
  }
  const char letter = format.empty() ? 's' : format.front();
  if (!format.empty()) format.remove_prefix(1);
  if (precision && letter == 's') value.resize(std::min(value.size(), *precision));
  if (value.size() >= width) return value;
  const size_t missing = width - value.size();
  if (flags.find('-') != std::string_view::npos) return value + std::string(missing, ' ');
  const bool zeros = letter != 's' && flags.find('0') != std::string_view::npos;
  return std::string(missing, zeros ? '0' : ' ') + value;
}

std::string expand_format(std::string_view format, const Record& record) {
  std::string out;
  while (!format.empty()) {
    if (format.starts_with("%(") && format.find(')') != std::string_view::npos) {
      out += expand_field(format, record);
      continue;
    }
    if (format.starts_with("%%")) format.remove_prefix(1);
    out += format.front();
    format.remove_prefix(1);
  }
  return out;
}

// One "key=value" from the front of the options; the value may be quoted.
base::Result<std::pair<std::string, std::string>> take_option(std::string_view& rest) {
  const base::Error broken{"expected key=value at '" + std::string(rest) + "'"};
  const size_t equals = rest.find('=');
  if (equals == std::string_view::npos) return broken;
  std::string key(base::trim(rest.substr(0, equals)));
  rest = base::trim_left(rest.substr(equals + 1));
  const bool quoted = !rest.empty() && (rest[0] == '"' || rest[0] == '\'');
  const size_t end = quoted ? rest.find(rest[0], 1) : std::min(rest.find(','), rest.size());
  if (end == std::string_view::npos) return broken;
  std::string value(quoted ? rest.substr(1, end - 1) : base::trim(rest.substr(0, end)));
  rest.remove_prefix(quoted ? end + 1 : end);
  return std::pair(std::move(key), std::move(value));
}

void apply_option(LogTarget& target, const std::string& key, const std::string& value) {
  if (key == "padding") target.padding = base::parse_bool(value);
  if (key == "datetime") target.date = base::parse_bool(value);
  if (key == "format") target.format = value;
  if (key != "facility") return;
  const auto known = std::find_if(kFacilities.begin(), kFacilities.end(), [&](const auto& entry) {
    return base::equals_ignoring_case(entry.first, value);
  });
  if (known == kFacilities.end()) {
    target.complaint = "Unable to set facility '" + value + "', using 'DAEMON'";
  } else {
    target.facility = known->second;
  }
}

void set_name(LogTarget& target, std::string_view name) {
  const std::string word = base::to_upper(name);
  target.name = name;
  if (word == "STDOUT") return;
  if (word == "STDERR") {
    target.kind = LogTarget::Kind::standard_error;
  } else if (word == "SYSOUT") {
    target.date = false;
  } else if (word == "SYSLOG") {
    target.kind = LogTarget::Kind::syslog;
    target.date = target.padding = false;
  } else if (word == "SYSTEMD-JOURNAL") {
    target.kind = LogTarget::Kind::journal;
  } else {
    target.kind = LogTarget::Kind::file;
  }
}

}  // namespace

base::Result<LogTarget> LogTarget::parse(std::string_view text) {
  const std::string_view whole = base::trim(text);
  const size_t open = whole.find('[');
  LogTarget target;
  const std::string_view name = base::trim(whole.substr(0, open));
  const base::Error broken{"log target '" + std::string(whole) +
                           "' is not NAME or NAME[key=value, ...]"};
  if (name.empty()) return broken;
  set_name(target, name);
  if (open == std::string_view::npos) return target;
  if (whole.back() != ']') return broken;
  std::string_view rest = whole.substr(open + 1, whole.size() - open - 2);
  while (!(rest = base::trim_left(rest, ", \t\n")).empty()) {
    auto option = take_option(rest);
    if (!option) return base::Error{broken.message + ": " + option.error().message};
    apply_option(target, option->first, option->second);
  }
  return target;
}

std::string LogTarget::format_line(base::UnixTime now, base::LogLevel level,
                                   std::string_view logger, std::string_view message) const {
  if (!format.empty()) return expand_format(format, {now, level, logger, message});
  std::string line = date ? date_text(now) + " " : std::string();
  line += padding ? padded(logger, kLoggerWidth) : std::string(logger);
  line += "[" + std::to_string(::getpid()) + "]: ";
  line += padded(base::log_level_name(level), padding ? kLevelWidth : 0);
  line += " ";
  line += message;
  return line;
}

int syslog_severity(base::LogLevel level) {
  const int value = static_cast<int>(level);
  if (value >= static_cast<int>(base::LogLevel::critical)) return 2;
  if (value >= static_cast<int>(base::LogLevel::error)) return 3;
  if (value >= static_cast<int>(base::LogLevel::warning)) return 4;
  if (value >= static_cast<int>(base::LogLevel::notice)) return 5;
  if (value >= static_cast<int>(base::LogLevel::msg)) return 6;
  return 7;
}

}  // namespace gaoler::sys
