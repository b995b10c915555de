#include "dates/default_templates.h"

#include <utility>

#include "base/text.h"

namespace gaoler::dates {
namespace {

// The formats are an interface: fail2ban shows them by name, and which one wins depends on their
// order and on how much of the text each of them takes.
constexpr std::string_view kFormats[] = {
    // 2026-11-22T10:00:00.123456+02:00, 2026/11/22 10:00:00, 2026.11.22 10:00:00
    R"(%ExY(?P<_sep>[-/.])%m(?P=_sep)%d(?:T|  ?)%H:%M:%S(?:[.,]%f)?(?:\s*%z)?)",
    // Sun Nov 22 10:00:00.123 2026
    R"((?:%a )?%b %d %k:%M:%S(?:\.%f)?(?: %ExY)?)",
    // Sun Nov 22 2026 10:00:00.123
    R"((?:%a )?%b %d %ExY %k:%M:%S(?:\.%f)?)",
    // 22/11/2026 10:00:00, 22-11-26 10:00:00
    R"(%d(?P<_sep>[-/])%m(?P=_sep)(?:%ExY|%Exy) %k:%M:%S)",
    // 22/Nov/2026:10:00:00 +0000, 22-Nov-2026 10:00:00.123
    R"(%d(?P<_sep>[-/])%b(?P=_sep)%ExY[ :]?%H:%M:%S(?:\.%f)?(?: %z)?)",
    // 11/22/2026:10:00:00
    R"(%m/%d/%ExY:%H:%M:%S)",
    // 11-22-2026 10:00:00.123
    R"(%m-%d-%ExY %k:%M:%S(?:\.%f)?)",
    "EPOCH",
    // 10:00:00
    R"({^LN-BEG}%H:%M:%S)",
    // <11/22/26@10:00:00>
    R"(^<%m/%d/%Exy@%H:%M:%S>)",
    // 261122 10:00:00
    R"(%Exy%Exm%Exd  ?%H:%M:%S)",
    // Nov 22, 2026 10:00:00 PM
    R"(%b %d, %ExY %I:%M:%S %p)",
    // Nov-22-26 10:00:00
    R"(^%b-%d-%Exy %k:%M:%S)",
    // 20261122T100000, 20261122 100000.123, and as 1.1.1: 20261122-10:00:00
    R"(%ExY%Exm%Exd(?:-|T|  ?)%ExH:?%ExM:?%ExS(?:[.,]%f)?(?:\s*%z)?)",
    // PDT Nov 22 10:00:00
    R"((?:%Z )?(?:%a )?%b %d %k:%M:%S(?:\.%f)?(?: %ExY)?)",
    // +00:00 Nov 22 10:00:00.123 2026
    R"((?:%z )?(?:%a )?%b %d %k:%M:%S(?:\.%f)?(?: %ExY)?)",
    "TAI64N",
};

constexpr std::string_view kLineBegin = "{^LN-BEG}";
constexpr std::string_view kDateMark = "{DATE}";
constexpr double kLineBeginWeight = 100;

size_t find_mark(std::string_view upper, size_t from) {
  size_t at = upper.find(kDateMark, from);
  while (at != std::string_view::npos && at > 0 && upper[at - 1] == '\\') {
    at = upper.find(kDateMark, at + 1);
  }
  return at;
}

std::string wrapped(std::string_view format, std::string_view text) {
  if (format.starts_with(kLineBegin)) format.remove_prefix(kLineBegin.size());
  if (format == "EPOCH") format = "Epoch";  // known by its displayed name, as in fail2ban
  const std::string upper = base::to_upper(text);
  std::string out;
  size_t from = 0;
  for (size_t at; (at = find_mark(upper, from)) != std::string::npos;
       from = at + kDateMark.size()) {
    out += text.substr(from, at - from);
    out += format;
  }
  return out + std::string(text.substr(from));
}

}  // namespace

std::vector<DateTemplate> default_templates() {
  std::vector<DateTemplate> first, all;
  for (const std::string_view format : kFormats) {
    const std::string copy = std::string(kLineBegin) + std::string(format);
    if (!format.starts_with(kLineBegin) && !format.starts_with("^")) {
      first.push_back(std::move(*DateTemplate::from_line(copy)));
      first.back().set_weight(kLineBeginWeight);
    }
    all.push_back(std::move(*DateTemplate::from_line(format)));
  }
  first.insert(first.end(), std::make_move_iterator(all.begin()),
               std::make_move_iterator(all.end()));
  return first;
}

std::vector<DateTemplate> line_begin_templates() {
  std::vector<DateTemplate> templates = default_templates();
  std::erase_if(templates, [](const DateTemplate& t) { return !t.at_line_begin(); });
  return templates;
}

base::Result<std::vector<DateTemplate>> wrapped_templates(std::string_view text) {
  std::vector<DateTemplate> templates;
  for (const std::string_view format : kFormats) {
    base::Result<DateTemplate> made = DateTemplate::from_line(wrapped(format, text));
    if (!made) return made.error();
    templates.push_back(std::move(*made));
  }
  return templates;
}

bool holds_date_mark(std::string_view text) {
  return find_mark(base::to_upper(text), 0) != std::string::npos;
}

}  // namespace gaoler::dates
