#include <algorithm>

#include "protocol/repr.h"
#include "protocol/unicode.h"

namespace gaoler::protocol {
namespace {

bool is_line_break(char32_t c) {
  return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

// As str.splitlines(keepends=True): "\r\n" is one break.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    at += point.length;
    if (!is_line_break(point.value)) continue;
    if (point.value == '\r' && at < text.size() && text[at] == '\n') ++at;
    lines.push_back(text.substr(begin, at - begin));
    begin = at;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

// Words with the white space behind them; white space in front stands alone.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  size_t begin = 0;
  bool in_space = false;
  for (size_t at = 0; at < line.size();) {
    const CodePoint point = code_point_at(line, at);
    const bool space = is_space(point.value);
    if (in_space && !space) {
      words.push_back(line.substr(begin, at - begin));
      begin = at;
    }
    in_space = space;
    at += point.length;
  }
  if (begin < line.size()) words.push_back(line.substr(begin));
  return words;
}

bool key_before(const std::pair<Value, Value>& a, const std::pair<Value, Value>& b) {
  const auto* left = a.first.get<int64_t>();
  const auto* right = b.first.get<int64_t>();
  return left && right ? *left < *right : str(a.first) < str(b.first);
}

// Python's pprint: what fits on its line is a plain repr, what does not is opened up one level.
// `indent` is the column where the value starts, `allowance` the columns that must stay free behind
// it. Columns are signed: deep nesting may leave less than nothing.
class PrettyPrinter {
 public:
  explicit PrettyPrinter(const PrettyLayout& layout)
      : width_(static_cast<long>(layout.width)), step_(static_cast<long>(layout.indent)) {}

  std::string take() { return std::move(out_); }

  void print(const Value& value, long indent, long allowance, int level) {
    const std::string flat = repr(value);
    if (columns(flat) <= width_ - indent - allowance) {
      out_ += flat;
    } else if (const auto* text = value.get<std::string>()) {
      print_text(*text, indent, allowance, level + 1);
    } else if (const auto* list = value.get<List>()) {
      print_items(list->items, "[", "]", indent, allowance, level + 1);
    } else if (const auto* tuple = value.get<Tuple>()) {
      print_items(tuple->items, "(", tuple->items.size() == 1 ? ",)" : ")", indent, allowance,
                  level + 1);
    } else if (const auto* dict = value.get<Dict>()) {
      print_dict(*dict, indent, allowance, level + 1);
    } else {
      out_ += flat;
    }
  }

 private:
  static long columns(std::string_view text) { return static_cast<long>(count_code_points(text)); }

  void open(std::string_view bracket) {
    out_ += bracket;
    if (step_ > 1) out_.append(static_cast<size_t>(step_ - 1), ' ');
  }

  void next_line(long indent) { out_ += '\n' + std::string(static_cast<size_t>(indent), ' '); }

  void print_items(const std::vector<Value>& items, std::string_view opening,
                   std::string_view closing, long indent, long allowance, int level) {
    open(opening);
    indent += step_;
    for (size_t i = 0; i < items.size(); ++i) {
      const bool last = i + 1 == items.size();
      print(items[i], indent, last ? allowance + columns(closing) : 1, level);
      if (last) break;
      out_ += ',';
      next_line(indent);
    }
    out_ += closing;
  }

  void print_dict(Dict dict, long indent, long allowance, int level) {
    std::stable_sort(dict.items.begin(), dict.items.end(), key_before);
    open("{");
    indent += step_;
    for (size_t i = 0; i < dict.items.size(); ++i) {
      const bool last = i + 1 == dict.items.size();
      const std::string key = repr(dict.items[i].first);
      out_ += key + ": ";
      print(dict.items[i].second, indent + columns(key) + 2, last ? allowance + 1 : 1, level);
      if (last) break;
      out_ += ',';
      next_line(indent);
    }
    out_ += '}';
  }

  // A long text becomes several literals, cut after line breaks and, where a line is too long,
  // between words.
  void print_text(std::string_view text, long indent, long allowance, int level) {
    const bool outermost = level == 1;
    if (outermost) {
      ++indent;
      ++allowance;
    }
    std::vector<std::string> literals = cut(text, width_ - indent, allowance);
    if (literals.empty()) literals.push_back(repr_text(text));
    if (outermost && literals.size() > 1) out_ += '(';
    for (size_t i = 0; i < literals.size(); ++i) {
      if (i != 0) next_line(indent);
      out_ += literals[i];
    }
    if (outermost && literals.size() > 1) out_ += ')';
  }

  static std::vector<std::string> cut(std::string_view text, long width, long allowance) {
    std::vector<std::string> literals;
    const auto lines = lines_of(text);
    for (size_t i = 0; i < lines.size(); ++i) {
      const long behind = i + 1 == lines.size() ? allowance : 0;
      const std::string whole = repr_text(lines[i]);
      if (columns(whole) <= width - behind) {
        literals.push_back(whole);
      } else {
        cut_line(lines[i], width, behind, literals);
      }
    }
    return literals;
  }

  static void cut_line(std::string_view line, long width, long behind,
                       std::vector<std::string>& literals) {
    std::string current;
    const auto words = words_of(line);
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string longer = current + std::string(words[i]);
      const long room = i + 1 == words.size() ? width - behind : width;
      if (columns(repr_text(longer)) <= room) {
        current = longer;
        continue;
      }
      if (!current.empty()) literals.push_back(repr_text(current));
      current = words[i];
    }
    if (!current.empty()) literals.push_back(repr_text(current));
  }

  std::string out_;
  long width_;
  long step_;
};

}  // namespace

std::string pretty(const Value& value, const PrettyLayout& layout) {
  PrettyPrinter printer(layout);
  printer.print(value, 0, 0, 0);
  return printer.take();
}

}  // namespace gaoler::protocol
