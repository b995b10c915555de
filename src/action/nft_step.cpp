#include "action/nft_step.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gaoler::action {
namespace {

using Words = std::vector<std::string>;

struct Command {
  Words words;
  bool only_if_ok = false;
};

// The part of the shell's language that has no effect but words: quotes, backslashes, ends of
// commands. Anything else makes parse() give up.
class PlainShell {
 public:
  explicit PlainShell(std::string_view script) : text_(script) {}

  std::optional<std::vector<Command>> parse() {
    while (at_ < text_.size()) {
      if (!step()) return std::nullopt;
    }
    end_word();
    // "a &&" goes on with what follows, and nothing follows
    if (joined_ && current_.words.empty()) return std::nullopt;
    end_command();
    return std::move(commands_);
  }

 private:
  bool step() {
    const char c = text_[at_++];
    switch (c) {
      case ' ':
      case '\t':
        return end_word(), true;
      case '\n':
        return end_word(), end_line();
      case ';':
        return end_word(), end_by(";");
      case '&':
        return end_word(), take('&') && end_by("&&");
      case '\\':
        return escape();
      case '\'':
        return single_quotes();
      case '"':
        return double_quotes();
      case '{':
      case '}':
        return lone_brace(c);
      default:
        return plain(c);
    }
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void add(char c) {
    word_ += c;
    in_word_ = true;
  }

  bool plain(char c) {
    constexpr std::string_view kSpecial = "|<>()$`*?[~!#^";
    if (kSpecial.find(c) != kSpecial.npos && c != '!' && c != '^') return false;
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return false;
    add(c);
    return true;
  }

  // As a word of its own a brace is one; within a word some shells would expand it.
  bool lone_brace(char c) {
    if (in_word_ || current_.words.empty()) return false;
    const bool ends = at_ == text_.size() ||
                      std::string_view(" \t\n;").find(text_[at_]) != std::string_view::npos;
    if (ends) add(c);
    return ends;
  }

  bool escape() {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    if (c == '\n') return true;  // the line goes on
    if (c == '\0') return false;
    add(c);
    return true;
  }

  bool single_quotes() {
    const size_t end = text_.find('\'', at_);
    if (end == text_.npos) return false;
    word_ += text_.substr(at_, end - at_);
    in_word_ = true;
    at_ = end + 1;
    return word_.find('\0') == word_.npos;
  }

  bool double_quotes() {
    in_word_ = true;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"') return true;
      if (c == '$' || c == '`' || c == '\0') return false;
      if (c == '\\' && at_ < text_.size()) {
        if (take('\n')) continue;
        if (std::string_view("$`\"\\").find(text_[at_]) != std::string_view::npos) c = text_[at_++];
      }
      word_ += c;
    }
    return false;
  }

  void end_word() {
    if (!in_word_) return;
    current_.words.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  void end_command() {
    if (current_.words.empty()) return;
    current_.only_if_ok = joined_;
    joined_ = false;
    commands_.push_back(std::exchange(current_, {}));
  }

  bool end_line() {
    end_command();  // empty lines are nothing, behind && too
    return true;
  }

  bool end_by(std::string_view mark) {
    if (current_.words.empty()) return false;  // a syntax error
    end_command();
    joined_ = mark == "&&";
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string word_;
  bool in_word_ = false;
  bool joined_ = false;  // the command being read stands behind &&
  Command current_;
  std::vector<Command> commands_;
};

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 4> kPrograms = {"nft", "/usr/sbin/nft", "/sbin/nft",
                                                       "/usr/bin/nft"};
constexpr std::array<std::string_view, 8> kVerbs = {"add",   "create", "insert",  "delete",
                                                    "flush", "list",   "replace", "rename"};
// Words that reach files, never end or change what later words mean.
constexpr std::array<std::string_view, 8> kRefused = {"monitor",  "include",  "define", "redefine",
                                                      "undefine", "describe", "import", "export"};
constexpr std::array<std::string_view, 6> kFamilies = {"ip",  "ip6",    "inet",
                                                       "arp", "bridge", "netdev"};

// The words of an nft text; braces and semicolons are words of their own.
std::vector<std::string_view> nft_words(std::string_view text) {
  std::vector<std::string_view> words;
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\n", at)) != text.npos) {
    size_t end = text.find_first_of(" \t\n{};", at);
    if (end == at) ++end;
    if (end == text.npos) end = text.size();
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::optional<std::string> nft_text(const Words& words) {
  if (words.size() < 2 || !is_one_of(words[0], kPrograms)) return std::nullopt;
  const bool marked = words[1] == "--";
  std::string text;
  for (size_t i = marked ? 2 : 1; i < words.size(); ++i) {
    if (!marked && words[i].starts_with('-')) return std::nullopt;
    if (!text.empty()) text += ' ';
    text += words[i];
  }
  const auto inside = nft_words(text);
  if (inside.empty() || !is_one_of(inside[0], kVerbs)) return std::nullopt;
  for (const auto word : inside) {
    if (is_one_of(word, kRefused)) return std::nullopt;
  }
  return text;
}

// A name nft takes without quotes.
bool is_name(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
  });
}

std::optional<NftElement> element_of(std::string_view text) {
  const auto words = nft_words(text);
  if (words.size() != 8 || words[1] != "element" || words[5] != "{" || words[7] != "}") {
    return std::nullopt;
  }
  if (words[0] != "add" && words[0] != "delete") return std::nullopt;
  if (!is_one_of(words[2], kFamilies) || !is_name(words[3]) || !is_name(words[4])) {
    return std::nullopt;
  }
  const auto network = base::Network::parse(words[6]);
  if (!network || network->text() != words[6]) return std::nullopt;  // nft may read it otherwise
  return NftElement{words[0] == "add", std::string(words[2]), std::string(words[3]),
                    std::string(words[4]), *network};
}

}  // namespace

std::optional<NftScript> recognise_nft(std::string_view script) {
  const auto commands = PlainShell(script).parse();
  if (!commands || commands->empty()) return std::nullopt;
  NftScript out;
  for (const Command& command : *commands) {
    auto text = nft_text(command.words);
    if (!text) return std::nullopt;
    out.calls.push_back({std::move(*text), command.only_if_ok});
  }
  if (out.calls.size() == 1) out.element = element_of(out.calls[0].text);
  return out;
}

}  // namespace gaoler::action
