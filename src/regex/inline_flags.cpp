#include "regex/inline_flags.h"

namespace gaoler::regex {
namespace {

// The flags of "(?flags)" at the start of the text, or nothing.
std::string_view leading_flags(std::string_view text) {
  if (!text.starts_with("(?")) return {};
  size_t end = 2;
  while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
  if (end == 2 || end == text.size() || text[end] != ')') return {};
  return text.substr(2, end - 2);
}

}  // namespace

// On the text and not on the parsed pattern on purpose: it happens before, and inside a set as
// well.
std::string scope_inline_flags(std::string_view python_regex) {
  std::string result;
  for (size_t at = 0; at < python_regex.size();) {
    const bool escaped = at > 0 && python_regex[at - 1] == '\\';
    if (python_regex[at] == '(' && !escaped) {
      const size_t inside = at + (python_regex.substr(at + 1).starts_with("?:") ? 3 : 1);
      const std::string_view flags = leading_flags(python_regex.substr(inside));
      if (!flags.empty()) {
        result.append("(?").append(flags).append(":");
        at = inside + flags.size() + 3;
        continue;
      }
    }
    result += python_regex[at++];
  }
  return result;
}

}  // namespace gaoler::regex
