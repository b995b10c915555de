#include "fuzz/matchers.h"

#include <vector>

#include "base/utf8.h"
#include "fuzz/require.h"
#include "regex/exact_matcher.h"
#include "regex/parser.h"
#include "regex/utf8.h"

namespace gaoler::fuzz {
namespace {

using regex::Outcome;

bool inside_character(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

void require_same(Outcome a, const std::vector<regex::Span>& groups_a, Outcome b,
                  const std::vector<regex::Span>& groups_b) {
  if (a == Outcome::gave_up || b == Outcome::gave_up) return;
  require(a == b);
  require(a != Outcome::matched || groups_a == groups_b);
}

}  // namespace

base::Result<Matchers> Matchers::make(std::string_view source, regex::Options options) {
  auto quick = regex::Pattern::compile(source, options);
  if (!quick) return quick.error();
  options.quick = false;
  auto plain = regex::Pattern::compile(source, options);
  const auto syntax = regex::parse(source, {options.multiline, options.ignore_case});
  require(plain.ok() && syntax.ok());
  return Matchers(std::move(*quick), std::move(*plain), regex::make_program(*syntax));
}

std::optional<regex::Match> Matchers::search(std::string_view text, size_t from) const {
  regex::Match match, plainly;
  const Outcome outcome = quick_.search(text, match, from);
  const Outcome plain = plain_.search(text, plainly, from);
  if (base::is_utf8(text) && !inside_character(text, from)) {
    require_same(outcome, match.groups, plain, plainly.groups);
    compare_with_exact(text, from, outcome, match);
  }
  if (outcome != Outcome::matched) return std::nullopt;
  require_possible(text, from, match);
  return match;
}

// On ASCII, where characters are bytes.
void Matchers::compare_with_exact(std::string_view text, size_t from, Outcome outcome,
                                  const regex::Match& match) const {
  if (!regex::is_ascii(text)) return;
  regex::ExactStorage storage;
  std::vector<regex::Span> groups;
  const Outcome exact = regex::exact_search(exact_, text, from, storage, groups);
  require_same(outcome, match.groups, exact, groups);
}

void Matchers::require_possible(std::string_view text, size_t from,
                                const regex::Match& match) const {
  require(match.groups.size() == quick_.group_count() + 1);
  require(quick_.literals().may_match(text));
  const bool whole_characters = base::is_utf8(text) && !inside_character(text, from);
  for (const regex::Span& span : match.groups) {
    if (!span.participated()) continue;
    require(span.begin <= span.end && span.end <= text.size());
    require(!whole_characters ||
            (!inside_character(text, span.begin) && !inside_character(text, span.end)));
  }
  require(match.groups[0].participated() && match.groups[0].begin >= from);
  // The leftmost one is found from its own begin as well.
  regex::Match again;
  const Outcome outcome = quick_.search(text, again, match.groups[0].begin);
  if (whole_characters) require_same(Outcome::matched, match.groups, outcome, again.groups);
}

}  // namespace gaoler::fuzz
