#include "regex/tokenizer.h"

#include <algorithm>

#include "regex/utf8.h"

namespace gaoler::regex {

std::optional<Token> Tokenizer::peek() {
  if (at_ >= text_.size() || at_lone_backslash()) return std::nullopt;
  if (text_[at_] != U'\\') return Token{text_[at_], false};
  return Token{text_[at_ + 1], true};
}

// Python reads one token ahead: it sees the backslash before it looks at what stands in front of
// it.
void Tokenizer::look_ahead() {
  if (at_lone_backslash()) fail("bad escape (end of pattern)", at_);
}

std::optional<Token> Tokenizer::next() {
  std::optional<Token> token = peek();
  if (token) at_ += token->length();
  look_ahead();
  return token;
}

bool Tokenizer::next_is(char32_t c) {
  return at_ < text_.size() && c != U'\\' && text_[at_] == c;
}

bool Tokenizer::match(char32_t c) {
  if (!next_is(c)) return false;
  ++at_;
  look_ahead();
  return true;
}

std::u32string Tokenizer::digits() {
  return run_of(U"0123456789", text_.size());
}

std::u32string Tokenizer::run_of(std::u32string_view accepted, size_t most) {
  std::u32string taken;
  while (taken.size() < most && at_ < text_.size() &&
         accepted.find(text_[at_]) != std::u32string_view::npos) {
    taken += text_[at_++];
  }
  look_ahead();
  return taken;
}

bool Tokenizer::fail(std::string message, size_t position) {
  if (failed()) return false;
  error_ = std::move(message) + " at position " + std::to_string(position);
  if (text_.find(U'\n') != std::u32string::npos) {
    const auto begin = text_.begin();
    const auto here = begin + static_cast<std::ptrdiff_t>(std::min(position, text_.size()));
    const auto line = std::count(begin, here, U'\n') + 1;
    const size_t newline = position == 0 ? std::u32string::npos : text_.rfind(U'\n', position - 1);
    const size_t column = newline == std::u32string::npos ? position + 1 : position - newline;
    error_ += " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
  }
  return false;
}

bool Tokenizer::fail_without_position(std::string message) {
  if (!failed()) error_ = std::move(message);
  return false;
}

std::string Tokenizer::slice(size_t begin, size_t end) const {
  return to_utf8(std::u32string_view(text_).substr(begin, end - begin));
}

}  // namespace gaoler::regex
