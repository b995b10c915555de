// IniFile: one configuration file as sections of options, each with its lines; parse_ini reads the
// dialect.
//
// The dialect is Python's ConfigParser as fail2ban sets it up: `option = value` or `option: value`,
// deeper indented lines continue a value, `#` and `;` lines are comments even inside a value, ` ;`
// begins a comment behind a value. Nothing is interpolated here. A file with a mistake is still
// returned as far as it could be understood; the report knows. A file is parsed once and then only
// read: its names and values, kept in libiniparser's dictionary, are lent to everything that merges
// it, so it outlives that and does not move.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/dictionary.h"
#include "config/ordered_map.h"
#include "config/report.h"

namespace gaoler::config {

inline constexpr size_t kMaxLineBytes = 1u << 20;
inline constexpr size_t kMaxNameBytes = 1000;  // of a section or an option
inline constexpr size_t kMaxOptionsPerFile = 20000;

struct IniOption {
  std::string_view value;  // lines joined with \n
  int line = 0;            // where it begins and ends, from 1
  int last_line = 0;
};

struct IniSection {
  OrderedMap<std::string, IniOption> options;  // names are lower-case
  int line = 0;                                // of its header
};

struct IniFile {
  std::string path;
  std::string content;
  IniSection defaults;                           // [DEFAULT]
  OrderedMap<std::string, IniSection> sections;  // the others
  std::vector<size_t> line_starts;               // in the content
  Dictionary values;
};

std::unique_ptr<const IniFile> parse_ini(std::string path, std::string content, Report& report);

// Where a value came from; file is nullptr for what no file says.
struct Origin {
  const IniFile* file = nullptr;
  int line = 0;
  int last_line = 0;
};

// The first occurrence of `part` within the lines of the origin, else the beginning of its first
// line.
Place place_of(const Origin& origin, std::string_view part = {});

}  // namespace gaoler::config
