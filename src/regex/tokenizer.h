// Tokenizer: a pattern as characters and escapes ("\" with the character after it), as Python cuts
// it up.
//
// Used by the parser only. Positions count code points. The first error is kept; after it the
// parser stops.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gaoler::regex {

struct Token {
  char32_t character = 0;
  bool escaped = false;

  bool is(char32_t c) const { return !escaped && character == c; }
  size_t length() const { return escaped ? 2 : 1; }
};

class Tokenizer {
 public:
  explicit Tokenizer(std::u32string text) : text_(std::move(text)) { look_ahead(); }

  size_t position() const { return at_; }
  void rewind(size_t position) { at_ = position; }

  // Nothing at the end, and at a lone backslash there, which is an error.
  std::optional<Token> peek();
  std::optional<Token> next();
  bool match(char32_t c);    // takes c if it is next
  bool next_is(char32_t c);  // only looks
  std::u32string digits();   // takes decimal digits
  // Takes up to `most` characters of `accepted` (octal or hexadecimal digits).
  std::u32string run_of(std::u32string_view accepted, size_t most);

  // Always false, so that a parse function can `return fail(...)`.
  bool fail(std::string message, size_t position);
  bool fail_without_position(std::string message);
  bool failed() const { return !error_.empty(); }
  const std::string& error() const { return error_; }

  std::string slice(size_t begin, size_t end) const;  // UTF-8

 private:
  bool at_lone_backslash() const { return at_ + 1 == text_.size() && text_[at_] == U'\\'; }
  void look_ahead();

  std::u32string text_;
  size_t at_ = 0;
  std::string error_;
};

}  // namespace gaoler::regex
