#include "config/words.h"

#include "config/characters.h"

namespace gaoler::config {
namespace {

bool is_shell_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class ShellWords {
 public:
  explicit ShellWords(std::string_view text) : text_(text) {}

  base::Result<std::vector<std::string>> run() {
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (is_shell_blank(c)) {
        end_word();
        continue;
      }
      in_word_ = true;
      bool understood = c == '"' || c == '\'' ? read_quoted(c)
                        : c == '\\'           ? read_escaped()
                                              : (word_ += c, true);
      if (!understood) return base::Error{error_};
    }
    end_word();
    return std::move(words_);
  }

 private:
  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  bool read_escaped() {
    if (at_ == text_.size()) return fail("No escaped character");
    word_ += text_[at_++];
    return true;
  }

  bool read_quoted(char quote) {
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == quote) return true;
      if (c != '\\' || quote != '"') {
        word_ += c;
        continue;
      }
      if (at_ == text_.size()) return fail("No escaped character");
      // Within double quotes a backslash only hides a quote or another backslash.
      if (text_[at_] != '"' && text_[at_] != '\\') word_ += '\\';
      word_ += text_[at_++];
    }
    return fail("No closing quotation");
  }

  bool fail(const char* what) {
    error_ = what;
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool in_word_ = false;
  std::string word_;
  std::vector<std::string> words_;
  const char* error_ = "";
};

}  // namespace

base::Result<std::vector<std::string>> split_shell_words(std::string_view text) {
  return ShellWords(text).run();
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> words;
  size_t begin = 0;
  auto end_word = [&](size_t end) {
    if (end > begin) words.emplace_back(text.substr(begin, end - begin));
  };
  for (size_t at = 0; at < text.size();) {
    size_t size = text[at] == ',' ? 1 : blank_at(text, at);
    if (size == 0) {
      ++at;
      continue;
    }
    end_word(at);
    at += size;
    begin = at;
  }
  end_word(text.size());
  return words;
}

}  // namespace gaoler::config
