#include "dates/directive.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace gaoler::dates {
namespace {

struct Directive {
  std::string_view letters;  // after the percent sign
  std::string_view regex;
  std::string_view name;
};

// The order of alternatives is part of the behaviour: it decides what an ambiguous text is read as.
// Longer letters stand before shorter ones.
constexpr Directive kDirectives[] = {
    {"ExY", "", "ExYear"},  // depends on the decades
    {"Exy", R"((?P<y>\d\d))", "ExYear2"},
    {"Exm", R"((?P<m>0[1-9]|1[012]))", "ExMonth"},
    {"Exd", R"((?P<d>[12]\d|0[1-9]|3[01]))", "ExDay"},
    {"ExH", R"((?P<H>[01]\d|2[0-3]))", "Ex24hour"},
    {"Exk", R"( ?(?P<H>[01]?\d|2[0-3]))", "%Exk"},
    {"Exl", R"( ?(?P<I>1[012]|\d))", "%Exl"},
    {"ExM", R"((?P<M>[0-5]\d))", "ExMinute"},
    {"ExS", R"((?P<S>[0-5]\d|6[01]))", "ExSecond"},
    {"ExZ", R"((?P<Z>[A-Z](?:[A-Z]{2,4})?))", "ExZone name"},
    {"Exz", R"((?P<z>(?:[A-Z](?:[A-Z]{2,4})?)?[+-][01]\d(?::?\d\d)?|[A-Z](?:[A-Z]{2,4})?))",
     "ExZone offset"},
    {"Y", R"((?P<Y>\d{4}))", "Year"},
    {"y", R"((?P<y>\d\d))", "Year2"},
    {"m", R"((?P<m>0?[1-9]|1[012]))", "Month"},
    {"d", R"((?P<d>[12]\d|[ 0]?[1-9]|3[01]))", "Day"},
    {"H", R"((?P<H>[01]?\d|2[0-3]))", "24hour"},
    {"k", R"( ?(?P<H>[012]?\d))", "%k"},
    {"I", R"((?P<I>1[012]|0?[1-9]))", "12hour"},
    {"l", R"( ?(?P<I>1?\d))", "%l"},
    {"M", R"((?P<M>[0-5]?\d))", "Minute"},
    {"S", R"((?P<S>[0-5]?\d|6[01]))", "Second"},
    {"f", R"((?P<f>[0-9]{1,6}))", "Microseconds"},
    {"p", "(?P<p>am|pm)", "AMPM"},
    {"a", "(?P<a>mon|tue|wed|thu|fri|sat|sun)", "DAY"},
    {"A", "(?P<A>monday|tuesday|wednesday|thursday|friday|saturday|sunday)", "DAYNAME"},
    {"b", "(?P<b>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", "MON"},
    {"B",
     "(?P<B>january|february|march|april|may|june|july|august|september|october|november|december)",
     "MONTH"},
    {"j", R"((?P<j>36[0-6]|3[0-5]\d|[12]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0?[1-9]))", "Yearday"},
    {"U", R"((?P<U>5[0-3]|[0-4]?\d))", "Yearweek"},
    {"W", R"((?P<W>5[0-3]|[0-4]?\d))", "Yearweek"},
    {"w", "(?P<w>[0-6])", "Weekday"},
    {"u", "(?P<u>[1-7])", "%u"},
    {"V", R"((?P<V>5[0-3]|0[1-9]|[1-4]\d|\d))", "%V"},
    {"G", R"((?P<G>\d{4}))", "%G"},
    {"z", R"((?P<z>Z|UTC|GMT|[+-][01]\d(?::?\d\d)?))", "Zone offset"},
    {"Z", "(?P<Z>Z|[A-Z]{3,5})", "Zone name"},
    // The composed ones as strptime has them in the C locale; their days and hours are stricter.
    {"c",
     R"((?P<a>mon|tue|wed|thu|fri|sat|sun)\s+)"
     R"((?P<b>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\s+)"
     R"((?P<d>3[01]|[12]\d|0[1-9]|[1-9]| [1-9])\s+)"
     R"((?P<H>2[0-3]|[01]\d|\d):(?P<M>[0-5]\d|\d):(?P<S>6[01]|[0-5]\d|\d)\s+(?P<Y>\d{4}))",
     "%c"},
    {"x", R"((?P<m>1[012]|0?[1-9])/(?P<d>3[01]|[12]\d|0[1-9]|[1-9]| [1-9])/(?P<y>\d\d))", "%x"},
    {"X", R"((?P<H>2[0-3]|[01]\d|\d):(?P<M>[0-5]\d|\d):(?P<S>6[01]|[0-5]\d|\d))", "%X"},
    {"%", "%", "%"},
};

const Directive* directive_at(std::string_view text) {
  for (const Directive& directive : kDirectives) {
    if (text.substr(0, directive.letters.size()) == directive.letters) return &directive;
  }
  return nullptr;
}

// Python counts in the text where each directive stands in parentheses with an "s" behind.
base::Error unsupported(std::string_view pattern, size_t percent, size_t directives) {
  if (percent + 1 == pattern.size()) return base::Error{"incomplete format"};
  const char wrong = pattern[percent + 1];
  char code[8];
  std::snprintf(code, sizeof code, "0x%x",
                static_cast<unsigned>(static_cast<unsigned char>(wrong)));
  return base::Error{"unsupported format character '" + std::string(1, wrong) + "' (" + code +
                     ") at index " + std::to_string(percent + 1 + 3 * directives)};
}

}  // namespace

std::string decades_around(int year) {
  std::set<int> decades{(year - 1) / 10, (year + 3) / 10};
  for (int decade = 200; decade <= year / 10; ++decade) decades.insert(decade);
  std::string text;
  for (const int decade : decades) text += (text.empty() ? "" : "|") + std::to_string(decade);
  return text;
}

base::Result<Expansion> expand_directives(std::string_view pattern, std::string_view decades) {
  Expansion out;
  size_t count = 0;
  for (size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '%') {
      out.regex += pattern[at];
      out.name += pattern[at++];
      continue;
    }
    const Directive* directive = directive_at(pattern.substr(at + 1));
    if (!directive) return unsupported(pattern, at, count);
    out.name += directive->name;
    if (directive->letters == "ExY") {
      out.regex += R"((?P<Y>(?:)" + std::string(decades) + R"()\d))";
    } else {
      out.regex += directive->regex;
    }
    at += 1 + directive->letters.size();
    ++count;
  }
  return out;
}

bool has_letters_directive(std::string_view pattern) {
  for (size_t at = 0; at + 1 < pattern.size(); ++at) {
    const bool escaped = at > 0 && pattern[at - 1] == '%';
    if (pattern[at] == '%' && !escaped &&
        std::string_view("aAbBpc").find(pattern[at + 1]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace gaoler::dates
