#include "regex/engine.h"

// The cap of this file's own instantiations (its traits are like no other's).
#define BOOST_REGEX_MAX_BLOCKS (::gaoler::regex::kMaxBacktrackBlocks)
#include <boost/regex.hpp>

#ifndef BOOST_REGEX_NON_RECURSIVE
#error "a recursive Boost.Regex could be made to overflow the stack by a log line"
#endif

namespace gaoler::regex {
namespace {

using ClassTable = std::vector<CharLookup>;

// A class is one past its index in the table; 0 means unknown to Boost.
constexpr std::uint32_t kWordClass = 1;
constexpr std::uint32_t kEmptyClass = 2;
constexpr std::uint32_t kFirstSet = 3;

// The regular expression traits Boost asks for: no locale, classes [:N:] by number, Python's word
// characters.
template <class Char>
class Traits {
 public:
  using char_type = Char;
  using size_type = std::size_t;
  using string_type = std::basic_string<Char>;
  using locale_type = const ClassTable*;
  using char_class_type = std::uint32_t;  // classes never mix in one set of ours

  static size_type length(const Char* text) { return std::char_traits<Char>::length(text); }
  Char translate(Char c) const { return c; }
  Char translate_nocase(Char c) const {
    return static_cast<Char>(
        lower(static_cast<char32_t>(c), sizeof(Char) == 1 ? Alphabet::ascii : Alphabet::unicode));
  }
  string_type transform(const Char* begin, const Char* end) const { return {begin, end}; }
  string_type transform_primary(const Char* begin, const Char* end) const { return {begin, end}; }
  string_type lookup_collatename(const Char* begin, const Char* end) const { return {begin, end}; }
  // [[:N:]] is number N of the pattern's sets. Boost itself asks for "w", the characters of \b, and
  // for others (blanks it would skip in a repeat) that our text has no use for.
  char_class_type lookup_classname(const Char* begin, const Char* end) const {
    if (end - begin == 1 && *begin == 'w') return kWordClass;
    std::uint32_t index = 0;
    for (const Char* p = begin; p != end; ++p) {
      if (*p < '0' || *p > '9') return kEmptyClass;
      index = index * 10 + static_cast<std::uint32_t>(*p - '0');
    }
    return kFirstSet + index;
  }
  bool isctype(Char c, char_class_type id) const {
    return (*table_)[id - 1].contains(static_cast<std::make_unsigned_t<Char>>(c));
  }
  int value(Char c, int radix) const {
    const int digit = c >= '0' && c <= '9'   ? static_cast<int>(c - '0')
                      : c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a') + 10
                                             : 99;
    return digit < radix ? digit : -1;
  }
  locale_type imbue(locale_type table) { return std::exchange(table_, table); }
  locale_type getloc() const { return table_; }

 private:
  locale_type table_ = nullptr;
};

constexpr std::ptrdiff_t max_steps(std::ptrdiff_t characters) {
  return kMaxSteps + kMaxStepsPerCharacter * characters;
}

template <class Char>
using Results = boost::match_results<const Char*>;
template <class Char>
using Matcher =
    boost::BOOST_REGEX_DETAIL_NS::perl_matcher<const Char*, typename Results<Char>::allocator_type,
                                               Traits<Char>>;

}  // namespace
}  // namespace gaoler::regex

// Boost's own estimate of how many steps to allow grows with the square of the machine: seconds for
// a pattern of usual length. For our matchers the cap is ours.
namespace boost::BOOST_REGEX_DETAIL_NS {

template <>
void gaoler::regex::Matcher<char>::estimate_max_state_count(std::random_access_iterator_tag*) {
  max_state_count = gaoler::regex::max_steps(last - base);
}

template <>
void gaoler::regex::Matcher<wchar_t>::estimate_max_state_count(std::random_access_iterator_tag*) {
  max_state_count = gaoler::regex::max_steps(last - base);
}

}  // namespace boost::BOOST_REGEX_DETAIL_NS

namespace gaoler::regex {

template <class Char>
struct Engine<Char>::Machine {
  ClassTable table;
  boost::basic_regex<Char, Traits<Char>> regex;
};

template <class Char>
struct Engine<Char>::Results::Storage {
  boost::match_results<const Char*> found;
};

template <class Char>
Engine<Char>::Results::Results() : storage_(std::make_unique<Storage>()) {}
template <class Char>
Engine<Char>::Results::~Results() = default;

template <class Char>
Engine<Char>::Engine(std::unique_ptr<Machine> machine) : machine_(std::move(machine)) {}
template <class Char>
Engine<Char>::~Engine() = default;

template <class Char>
base::Result<std::unique_ptr<const Engine<Char>>> Engine<Char>::compile(EngineText text) {
  auto machine = std::make_unique<Machine>();
  machine->table.emplace_back(word_characters(Alphabet::unicode));
  machine->table.emplace_back(CharSet());
  for (CharSet& set : text.sets) machine->table.emplace_back(std::move(set));
  const std::basic_string<Char> widened(text.text.begin(), text.text.end());
  try {
    machine->regex.imbue(&machine->table);
    machine->regex.assign(widened, boost::regex_constants::perl);
  } catch (const std::exception& problem) {
    return base::Error{std::string("not supported by the engine: ") + problem.what()};
  }
  return std::unique_ptr<const Engine>(new Engine(std::move(machine)));
}

template <class Char>
Outcome Engine<Char>::search(std::basic_string_view<Char> text, size_t from, Results& results,
                             std::vector<Span>& groups) const {
  static constexpr Char kNothing[1] = {};
  const Char* begin = text.empty() ? kNothing : text.data();
  const Char* end = begin + text.size();
  auto& found = results.storage_->found;
  try {
    if (!boost::regex_search(begin + from, end, found, machine_->regex, boost::match_default,
                             begin)) {
      return Outcome::no_match;
    }
  } catch (const std::exception&) {  // a cap was reached
    return Outcome::gave_up;
  }
  groups.resize(found.size());
  for (size_t i = 0; i < found.size(); ++i) {
    const auto& sub = found[static_cast<int>(i)];
    groups[i] = sub.matched ? Span{static_cast<size_t>(sub.first - begin),
                                   static_cast<size_t>(sub.second - begin)}
                            : Span{};
  }
  return Outcome::matched;
}

template class Engine<char>;
template class Engine<wchar_t>;

}  // namespace gaoler::regex
