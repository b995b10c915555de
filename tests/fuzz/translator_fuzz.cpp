// Any pattern, any text: compiling and searching end in time, all matchers find the same, what is
// found is in the text, and what is refused has its place.
//
// Input: one byte of options, the pattern, a byte 0, the text.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "filter/expression.h"
#include "fuzz/matchers.h"
#include "fuzz/require.h"
#include "regex/inline_flags.h"
#include "regex/pattern.h"

namespace {

using namespace gaoler;

enum OptionBits : std::uint8_t { kMultiline = 1, kIgnoreCase = 2, kWithTags = 4 };

// "... at position 7": a place in the pattern. Not every message has one (nor has Python's).
void require_place(const std::string& message, std::string_view pattern) {
  require(!message.empty());
  constexpr std::string_view kMark = " at position ";
  const size_t mark = message.rfind(kMark);
  if (mark == std::string::npos) return;
  const std::string digits = message.substr(mark + kMark.size(), 9);
  require(!digits.empty() && std::stoul(digits) <= pattern.size());
}

// The door of a failregex: its tags are expanded first.
void compile_with_tags(std::string_view source, std::string_view text, bool multiline) {
  for (const filter::UseDns use_dns : {filter::UseDns::warn, filter::UseDns::no}) {
    const auto expression = filter::Expression::compile(source, use_dns, multiline);
    if (!expression) continue;
    regex::Match match;
    if (expression->pattern().search(text, match) != regex::Outcome::matched) continue;
    (void)expression->groups(text, match);
    (void)expression->skipped(text, match);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t split = std::min(input.find('\0', 1), input.size());
  const std::string_view source = input.substr(1, split - 1);
  const std::string_view text = split < input.size() ? input.substr(split + 1) : std::string_view();

  if ((data[0] & kWithTags) != 0) {
    compile_with_tags(source, text, (data[0] & kMultiline) != 0);
    return 0;
  }
  regex::scope_inline_flags(source);
  const regex::Options options{.multiline = (data[0] & kMultiline) != 0,
                               .ignore_case = (data[0] & kIgnoreCase) != 0};
  const auto matchers = fuzz::Matchers::make(source, options);
  if (!matchers) {
    require_place(matchers.error().message, source);
    return 0;
  }
  for (const size_t from : {size_t{0}, text.size() / 2, text.size()}) matchers->search(text, from);
  return 0;
}
