#include "config/ini_file.h"

#include <algorithm>

#include "config/characters.h"

namespace gaoler::config {
namespace {

struct Line {
  std::string_view text;  // without its end
  size_t next = 0;        // where the following line begins
};

// Lines end at \n, \r\n or \r.
Line line_at(std::string_view content, size_t at) {
  size_t end = std::min(content.find('\n', at), content.size());
  end = std::min(content.substr(0, end).find('\r', at), end);
  if (end == content.size()) return {content.substr(at), end};
  size_t next = content.compare(end, 2, "\r\n") == 0 ? end + 2 : end + 1;
  return {content.substr(at, end - at), next};
}

constexpr size_t kNoComment = std::string_view::npos;

// Where a comment begins: a line whose first character is # or ; is one, else a ; behind a blank.
size_t comment_start(std::string_view line) {
  std::string_view stripped = strip_left(line);
  if (stripped.starts_with('#') || stripped.starts_with(';')) return 0;
  for (size_t at = line.find(';'); at != std::string_view::npos; at = line.find(';', at + 1)) {
    if (blank_before(line, at) > 0) return at;
  }
  return kNoComment;
}

std::string_view section_name(std::string_view text) {
  if (!text.starts_with('[')) return {};
  size_t close = text.rfind(']');
  return close == std::string_view::npos || close < 2 ? std::string_view{}
                                                      : text.substr(1, close - 1);
}

class Parser {
 public:
  Parser(IniFile& file, Report& report) : file_(file), report_(report) {}

  void run() {
    std::string_view content = file_.content;
    for (size_t at = 0; at < content.size() && !given_up_;) {
      Line line = line_at(content, at);
      file_.line_starts.push_back(at);
      ++line_number_;
      read_line(line.text);
      at = line.next;
    }
    close_value();
  }

 private:
  void read_line(std::string_view line) {
    line_ = line;
    if (line.size() > kMaxLineBytes)
      return give_up("the line is longer than " + std::to_string(kMaxLineBytes) + " bytes");
    if (line.find('\0') != std::string_view::npos) return give_up("the line contains a NUL byte");
    size_t comment = comment_start(line);
    std::string_view text = strip(line.substr(0, comment));
    if (text.empty()) {
      // An empty line belongs to the value, a comment line vanishes from it.
      if (comment == kNoComment) continue_value({});
      return;
    }
    size_t indent = length(line.substr(0, skip_blanks(line, 0)));
    if (in_value_ && indent > indent_) return continue_value(text);
    indent_ = indent;
    if (std::string_view name = section_name(text); !name.empty()) return begin_section(name);
    if (!section_) return outside_sections();
    read_option(text);
  }

  void continue_value(std::string_view text) {
    if (!in_value_) return;
    value_ += '\n';
    value_ += text;
    if (!text.empty()) value_last_line_ = line_number_;
  }

  void close_value() {
    if (!in_value_) return;
    in_value_ = false;
    value_.resize(strip_right(value_).size());
    const std::string key = Dictionary::key(section_name_, option_name_);
    IniOption& option = *section_->options.find(option_name_);
    option.value = {file_.values.set(key, value_), value_.size()};
    option.last_line = value_last_line_;
  }

  void begin_section(std::string_view name) {
    close_value();
    if (name.size() > kMaxNameBytes)
      return give_up("the section name is longer than " + std::to_string(kMaxNameBytes) + " bytes");
    section_name_ = std::string(name);
    if (name == "DEFAULT") {
      section_ = &file_.defaults;
      return;
    }
    auto [section, is_new] = file_.sections.try_emplace(section_name_);
    section_ = &section;
    if (is_new) {
      section.line = line_number_;
    } else {
      mistake("section [" + section_name_ + "] begins twice in this file, first in line " +
                  std::to_string(section.line),
              1, "put the options of both under one [" + section_name_ + "] header");
    }
  }

  void read_option(std::string_view text) {
    close_value();
    size_t delimiter = text.find_first_of("=:");
    if (delimiter == std::string_view::npos) {
      return mistake("line is neither 'option = value' nor a [section]", column_of(text),
                     "write 'option = value'; to continue the value above, indent the line deeper "
                     "than its option");
    }
    std::string name = lower(strip_right(text.substr(0, delimiter)));
    if (name.empty())
      return mistake("option without a name", column_of(text), "put a name before the delimiter");
    if (name.size() > kMaxNameBytes)
      return give_up("the option name is longer than " + std::to_string(kMaxNameBytes) + " bytes");
    auto [option, is_new] = section_->options.try_emplace(name);
    if (!is_new) {
      mistake("option '" + name + "' is given twice in [" + section_name_ + "], first in line " +
                  std::to_string(option.line),
              column_of(text),
              "remove one of them, or move one to a .local file if it should override the other");
    }
    if (++options_ > kMaxOptionsPerFile)
      return give_up("more than " + std::to_string(kMaxOptionsPerFile) + " options in one file");
    if (is_new) option.line = line_number_;
    option_name_ = std::move(name);
    value_ = strip_left(text.substr(delimiter + 1));
    value_last_line_ = line_number_;
    in_value_ = true;
  }

  void outside_sections() {
    if (told_outside_) return;
    told_outside_ = true;
    mistake("file does not begin with a section header", column_of(strip_left(line_)),
            "put a header such as [DEFAULT], [Definition] or the jail's [name] above this line");
  }

  int column_of(std::string_view part) const {
    return static_cast<int>(
               length(line_.substr(0, static_cast<size_t>(part.data() - line_.data())))) +
           1;
  }

  void mistake(std::string text, int column, std::string advice) {
    report_.fatal(std::move(text), {file_.path, line_number_, column, std::string(line_)},
                  std::move(advice));
  }

  void give_up(std::string text) {
    report_.fatal(std::move(text), {file_.path, line_number_, 0, {}},
                  "is this really a configuration file?");
    given_up_ = true;
  }

  IniFile& file_;
  Report& report_;
  std::string_view line_;
  int line_number_ = 0;
  IniSection* section_ = nullptr;
  std::string section_name_;
  size_t indent_ = 0;
  bool in_value_ = false;
  std::string option_name_;
  std::string value_;
  int value_last_line_ = 0;
  bool told_outside_ = false;
  bool given_up_ = false;
  size_t options_ = 0;
};

}  // namespace

std::unique_ptr<const IniFile> parse_ini(std::string path, std::string content, Report& report) {
  auto file = std::make_unique<IniFile>();
  file->path = std::move(path);
  file->content = std::move(content);
  Parser(*file, report).run();
  return file;
}

Place place_of(const Origin& origin, std::string_view part) {
  if (!origin.file) return {};
  Place place{origin.file->path, origin.line, 1, {}};
  const std::vector<size_t>& starts = origin.file->line_starts;
  for (int number = origin.line; number <= origin.last_line; ++number) {
    Line line = line_at(origin.file->content, starts[static_cast<size_t>(number) - 1]);
    if (number == origin.line) place.text = std::string(line.text);
    size_t found = part.empty() ? std::string_view::npos : line.text.find(part);
    if (found == std::string_view::npos) continue;
    return {origin.file->path, number, static_cast<int>(length(line.text.substr(0, found))) + 1,
            std::string(line.text)};
  }
  return place;
}

}  // namespace gaoler::config
