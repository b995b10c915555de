// Pattern: one regular expression in Python's `re` dialect, compiled; immutable and free to share
// between threads.
//
// Text is UTF-8 (bytes that are not are replaced before they come here); all positions are byte
// offsets. A search has a named bound on its work: a hostile line ends as Outcome::gave_up, it
// never hangs or throws.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "regex/literals.h"

namespace gaoler::regex {

struct ExactStorage;

struct Options {
  bool multiline = false;    // Python's re.MULTILINE
  bool ignore_case = false;  // re.IGNORECASE
  bool quick = true;         // false: without the scanner, to compare the others with it
};

enum class Outcome { matched, no_match, gave_up };

inline constexpr size_t kNoGroup = static_cast<size_t>(-1);

struct Span {
  size_t begin = kNoGroup;
  size_t end = kNoGroup;

  bool participated() const { return begin != kNoGroup; }
  friend bool operator==(const Span&, const Span&) = default;
};

// What a search needs to work in, kept from one to the next so that a search allocates nothing. A
// copy starts empty.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&);
  Scratch& operator=(const Scratch&);
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  // The searches from here to the next call have one bound together. What lines of every day need
  // is kept, what a hostile one took is given back.
  void next_line();

 private:
  friend class Pattern;
  struct Storage;
  std::unique_ptr<Storage> storage_;
};

// The groups of the last successful search, by number; 0 is the whole match. Reuse one object over
// many searches (of one thread, with any patterns): it keeps its storage. Only after
// Outcome::matched are the groups meaningful.
struct Match {
  std::vector<Span> groups;
  Scratch scratch;

  std::string_view text(std::string_view subject, size_t group) const {
    const Span& span = groups[group];
    return span.participated() ? subject.substr(span.begin, span.end - span.begin)
                               : std::string_view();
  }
};

class Pattern {
 public:
  // Refused with position and reason: what Python refuses (in Python's words), and what we cannot
  // match as Python would.
  static base::Result<Pattern> compile(std::string_view python_regex, Options options = {});

  // Python's pattern.search(text, from): the leftmost match at or after `from`; look-behind and ^
  // see what is before.
  Outcome search(std::string_view text, Match& match, size_t from = 0) const;

  const std::string& source() const;  // as given to compile
  size_t group_count() const;         // without group 0
  // Named groups in order of their number.
  const std::vector<std::pair<std::string, size_t>>& names() const;
  std::optional<size_t> group(std::string_view name) const;
  // Texts a line must contain to match: a cheap question to ask first.
  const Literals& literals() const;

 private:
  struct Compiled;
  Outcome search_thoroughly(std::string_view text, size_t from, Match& match) const;
  template <class Engine, class View, class Results>
  Outcome search_with(const Engine* engine, View text, size_t from, Results& results,
                      ExactStorage& storage, Match& match) const;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace gaoler::regex
