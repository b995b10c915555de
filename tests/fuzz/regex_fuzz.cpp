// Any pattern, any text: compiling and searching end in time, and what is found is in the text.
//
// Input: one byte of options, the pattern, a byte 0, the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "regex/inline_flags.h"
#include "regex/pattern.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// Texts are UTF-8 when they come to a pattern; with any other bytes it must only stay in bounds.
bool is_comparable(std::string_view text, size_t from) {
  const bool inside = from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80;
  return !inside && gaoler::base::is_utf8(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gaoler::regex;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t split = std::min(input.find('\0', 1), input.size());
  const std::string_view source = input.substr(1, split - 1);
  const std::string_view text = split < input.size() ? input.substr(split + 1) : std::string_view();

  scope_inline_flags(source);
  const Options options{.multiline = (data[0] & 1) != 0, .ignore_case = (data[0] & 2) != 0};
  const auto pattern = Pattern::compile(source, options);
  if (!pattern.ok()) {
    require(!pattern.error().message.empty());
    return 0;
  }
  Options slowly = options;
  slowly.quick = false;
  const auto other = Pattern::compile(source, slowly);
  Match match, others;
  for (const size_t from : {size_t{0}, text.size() / 2, text.size()}) {
    const Outcome outcome = pattern->search(text, match, from);
    const Outcome its = other->search(text, others, from);
    if (is_comparable(text, from)) {
      require(outcome == its || outcome == Outcome::gave_up || its == Outcome::gave_up);
      require(outcome != Outcome::matched || its != outcome || match.groups == others.groups);
    }
    if (outcome != Outcome::matched) continue;
    require(pattern->literals().may_match(text));
    require(match.groups.size() == pattern->group_count() + 1);
    for (const Span& span : match.groups) {
      require(!span.participated() || (span.begin <= span.end && span.end <= text.size()));
    }
    require(match.groups[0].begin >= from);
  }
  return 0;
}
