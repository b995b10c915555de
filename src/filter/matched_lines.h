// Which lines of a multi-line buffer an expression matched, and which of them only <SKIPLINES> ran
// over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "filter/failure.h"
#include "regex/pattern.h"

namespace gaoler::filter {

struct MatchedLines {
  std::vector<MatchedLine> matched;
  std::vector<MatchedLine> rest;  // before, skipped, behind: in this order
};

// The text the expressions see: every line without its date, each ended by a newline; one newline
// for no line.
std::string join_undated(const std::vector<MatchedLine>& lines);

// `whole` is the match within `subject`, which was made of `lines` (or of their content, see
// prefregex).
MatchedLines split_by_match(const std::vector<MatchedLine>& lines, std::string_view subject,
                            regex::Span whole, std::string_view skipped);

}  // namespace gaoler::filter
