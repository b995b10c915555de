#include "regex/pattern.h"

#include <mutex>

#include "regex/engine.h"
#include "regex/parser.h"
#include "regex/utf8.h"

namespace gaoler::regex {
namespace {

// From here on looking for literals first costs nothing beside the search, which may have to begin
// at every byte.
constexpr size_t kLongText = 1024;

// A text as code points, with the byte where each one starts; one more for the end.
struct WideText {
  std::wstring characters;
  std::vector<size_t> bytes;

  void assign(std::string_view text) {
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
  std::unique_ptr<const Engine<char>> narrow;

  // Most patterns never see a character beyond ASCII: its engine is made for the first that does.
  const Engine<wchar_t>* wide() const {
    std::call_once(wide_once_, [this] {
      base::Result<EngineText> text = engine_text(syntax, Subject::unicode);
      if (!text.ok()) return;
      auto engine = Engine<wchar_t>::compile(std::move(*text));
      if (engine.ok()) wide_ = std::move(engine).value();
    });
    return wide_.get();
  }

 private:
  mutable std::once_flag wide_once_;
  mutable std::unique_ptr<const Engine<wchar_t>> wide_;
};

struct Scratch::Storage {
  Engine<char>::Results narrow;
  Engine<wchar_t>::Results wide;
  WideText text;
};

Scratch::Scratch() = default;
Scratch::~Scratch() = default;
Scratch::Scratch(const Scratch&) : Scratch() {}
Scratch& Scratch::operator=(const Scratch&) {
  return *this;
}
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

base::Result<Pattern> Pattern::compile(std::string_view python_regex, Options options) {
  base::Result<Syntax> syntax = parse(python_regex, {options.multiline, options.ignore_case});
  if (!syntax.ok()) return syntax.error();
  base::Result<EngineText> text = engine_text(*syntax, Subject::ascii);
  if (!text.ok()) return text.error();
  auto engine = Engine<char>::compile(std::move(*text));
  if (!engine.ok()) return engine.error();

  auto compiled = std::make_shared<Compiled>();
  compiled->source = python_regex;
  compiled->syntax = std::move(*syntax);
  compiled->literals = required_literals(compiled->syntax);
  compiled->narrow = std::move(engine).value();
  return Pattern(std::move(compiled));
}

Outcome Pattern::search(std::string_view text, Match& match, size_t from) const {
  if (from > text.size()) return Outcome::no_match;
  if (text.size() >= kLongText && !compiled_->literals.may_match(text)) return Outcome::no_match;
  if (!match.scratch.storage_) match.scratch.storage_ = std::make_unique<Scratch::Storage>();
  Scratch::Storage& storage = *match.scratch.storage_;
  if (is_ascii(text)) return compiled_->narrow->search(text, from, storage.narrow, match.groups);

  const Engine<wchar_t>* wide = compiled_->wide();
  if (wide == nullptr) return Outcome::gave_up;
  storage.text.assign(text);
  const Outcome outcome = wide->search(storage.text.characters, storage.text.character_at(from),
                                       storage.wide, match.groups);
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
