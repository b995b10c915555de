// Parser: one pattern on its way to a syntax tree. Of the files parser*.cpp only; from outside it
// is parse() (regex/parser.h).
//
// A descent by functions that each take what they name and leave the rest: parser.cpp sequences,
// branches and repeats, parser_escapes.cpp what a backslash begins, parser_groups.cpp what a
// parenthesis begins, parser_flags.cpp the flags in it. They return false after an error, which the
// tokenizer keeps.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "regex/characters.h"
#include "regex/syntax.h"
#include "regex/tokenizer.h"

namespace gaoler::regex {

class Parser {
 public:
  Parser(std::u32string text, Flags flags) : source_(std::move(text)), flags_(flags) {}

  base::Result<Syntax> run();

 private:
  bool branches(Node& out, Flags& flags, bool top);
  bool sequence(Node& out, Flags& flags, bool first);
  bool element(Node& out, const Token& token, size_t start, Flags& flags, bool first);
  void skip_comment_line();

  bool escape(Node& out, char32_t letter, size_t start, const Flags& flags);
  bool numeric_escape(Node& out, char32_t digit, size_t start, const Flags& flags);
  bool back_reference(Node& out, size_t group, const Flags& flags, size_t start);

  bool repeat(Node& sequence, char32_t symbol, size_t start);
  bool repeat_counts(size_t& min, size_t& max, size_t start, bool& literal);

  bool group(Node& out, size_t start, Flags& flags, bool first);
  bool group_named_or_reference(Node& out, size_t start, const Flags& flags);
  bool group_body(Node& out, size_t start, Flags flags);
  bool capture(Node& out, size_t start, const Flags& flags, const std::u32string& name);
  bool look(Node& out, size_t start, const Flags& flags, char32_t symbol);
  bool conditional(Node& out, size_t start, const Flags& flags);
  bool comment(size_t start);
  bool inline_flags(Node& out, char32_t symbol, size_t start, Flags& flags, bool first);
  bool set_flag(Flags& flags, char32_t symbol, bool value);
  bool name_until(std::u32string& name, char32_t terminator);
  bool usable_in_look_behind(size_t group, size_t position);

  Tokenizer source_;
  Flags flags_;
  GroupWidths groups_{std::nullopt};  // by number; 0 is the whole match
  std::map<std::u32string, size_t> names_;
  std::map<size_t, size_t> conditional_groups_;  // group -> position of its first mention
  std::optional<size_t> look_behind_groups_;     // groups opened before the outermost look-behind
  std::vector<std::pair<std::string, size_t>> ordered_names_;
  size_t nesting_ = 0;
  bool variable_look_behind_ = false;
};

}  // namespace gaoler::regex
