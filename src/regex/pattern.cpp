#include "regex/pattern.h"

#include <algorithm>
#include <mutex>

#include "regex/engine.h"
#include "regex/exact_matcher.h"
#include "regex/parser.h"
#include "regex/scanner.h"
#include "regex/utf8.h"

namespace gaoler::regex {
namespace {

// From here on looking for literals first costs nothing beside the search, which may have to begin
// at every byte.
constexpr size_t kLongText = 1024;

constexpr size_t kKeptCharacters = 8 << 10;
constexpr size_t kKeptExactBytes = 64 << 10;

// A text as code points, with the byte where each one starts; one more for the end. The same text
// is mostly asked for by one pattern after the other.
struct WideText {
  std::string text;
  std::wstring characters;
  std::vector<size_t> bytes;

  void assign(std::string_view wanted) {
    if (!bytes.empty() && text == wanted) return;
    text = wanted;
    characters.clear();
    bytes.clear();
    for (size_t at = 0; at < text.size();) {
      const Decoded decoded = decode(text, at);
      characters += static_cast<wchar_t>(decoded.character);
      bytes.push_back(at);
      at += decoded.bytes;
    }
    bytes.push_back(text.size());
  }

  // The first character that starts at or after a byte.
  size_t character_at(size_t byte) const {
    return static_cast<size_t>(std::lower_bound(bytes.begin(), bytes.end(), byte) - bytes.begin());
  }
};

}  // namespace

struct Pattern::Compiled {
  std::string source;
  Syntax syntax;
  Literals literals;
  std::optional<Scanner> scanner;  // nothing: the pattern is beyond it

  // For patterns that are beyond the scanner. Nothing: only the exact matcher can.
  const Engine<char>* narrow() const {
    std::call_once(narrow_once_, [this] {
      base::Result<EngineText> text = engine_text(syntax, Subject::ascii);
      if (!text.ok()) return;
      auto engine = Engine<char>::compile(std::move(*text));
      if (engine.ok()) narrow_ = std::move(engine).value();
    });
    return narrow_.get();
  }

  // Most patterns never see a character beyond ASCII: its engine is made for the first that does.
  const Engine<wchar_t>* wide() const {
    std::call_once(wide_once_, [this] {
      if (!narrow()) return;
      base::Result<EngineText> text = engine_text(syntax, Subject::unicode);
      if (!text.ok()) return;
      auto engine = Engine<wchar_t>::compile(std::move(*text));
      if (engine.ok()) wide_ = std::move(engine).value();
    });
    return wide_.get();
  }

  const Program& program() const {
    std::call_once(program_once_, [this] { program_ = make_program(syntax); });
    return program_;
  }

 private:
  mutable std::once_flag narrow_once_;
  mutable std::unique_ptr<const Engine<char>> narrow_;
  mutable std::once_flag wide_once_;
  mutable std::unique_ptr<const Engine<wchar_t>> wide_;
  mutable std::once_flag program_once_;
  mutable Program program_;
};

struct Scratch::Storage {
  Engine<char>::Results narrow;
  Engine<wchar_t>::Results wide;
  WideText text;
  ExactStorage exact;
};

Scratch::Scratch() = default;
Scratch::~Scratch() = default;
Scratch::Scratch(const Scratch&) : Scratch() {}
Scratch& Scratch::operator=(const Scratch&) {
  return *this;
}
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

void Scratch::next_line() {
  if (!storage_) storage_ = std::make_unique<Storage>();
  if (storage_->text.characters.capacity() > kKeptCharacters) storage_->text = {};
  if (storage_->exact.bytes() > kKeptExactBytes) storage_->exact = {};
  storage_->exact.together = true;
  storage_->exact.steps = 0;
}

base::Result<Pattern> Pattern::compile(std::string_view python_regex, Options options) {
  base::Result<Syntax> syntax = parse(python_regex, {options.multiline, options.ignore_case});
  if (!syntax.ok()) return syntax.error();
  auto compiled = std::make_shared<Compiled>();
  compiled->source = python_regex;
  compiled->syntax = std::move(*syntax);
  compiled->literals = required_literals(compiled->syntax);
  if (options.quick) compiled->scanner = Scanner::make(compiled->syntax);
  return Pattern(std::move(compiled));
}

template <class Engine, class View, class Results>
Outcome Pattern::search_with(const Engine* engine, View text, size_t from, Results& results,
                             ExactStorage& storage, Match& match) const {
  if (engine != nullptr) {
    const Outcome outcome = engine->search(text, from, results, match.groups);
    if (outcome != Outcome::gave_up) return outcome;
  }
  return exact_search(compiled_->program(), text, from, storage, match.groups);
}

Outcome Pattern::search(std::string_view text, Match& match, size_t from) const {
  if (from > text.size()) return Outcome::no_match;
  if (text.size() >= kLongText && !compiled_->literals.may_match(text)) return Outcome::no_match;
  if (compiled_->scanner) {
    const Outcome outcome = compiled_->scanner->search(text, from, match.groups);
    if (outcome != Outcome::gave_up) return outcome;
  }
  if (!match.scratch.storage_) match.scratch.storage_ = std::make_unique<Scratch::Storage>();
  return search_thoroughly(text, from, match);
}

Outcome Pattern::search_thoroughly(std::string_view text, size_t from, Match& match) const {
  Scratch::Storage& storage = *match.scratch.storage_;
  // Where the scanner ran out of steps the engine mostly would too.
  const bool ask_engine = !compiled_->scanner;
  if (is_ascii(text)) {
    return search_with(ask_engine ? compiled_->narrow() : nullptr, text, from, storage.narrow,
                       storage.exact, match);
  }
  storage.text.assign(text);
  const Outcome outcome = search_with(
      ask_engine ? compiled_->wide() : nullptr, std::wstring_view(storage.text.characters),
      storage.text.character_at(from), storage.wide, storage.exact, match);
  if (outcome != Outcome::matched) return outcome;
  for (Span& span : match.groups) {
    if (span.participated()) {
      span = Span{storage.text.bytes[span.begin], storage.text.bytes[span.end]};
    }
  }
  return outcome;
}

const std::string& Pattern::source() const {
  return compiled_->source;
}
size_t Pattern::group_count() const {
  return compiled_->syntax.group_count;
}
const std::vector<std::pair<std::string, size_t>>& Pattern::names() const {
  return compiled_->syntax.names;
}

const Literals& Pattern::literals() const {
  return compiled_->literals;
}

std::optional<size_t> Pattern::group(std::string_view name) const {
  for (const auto& [known, number] : names()) {
    if (known == name) return number;
  }
  return std::nullopt;
}

}  // namespace gaoler::regex
