#include "regex/literals.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "regex/syntax.h"
#include "regex/utf8.h"

namespace gaoler::regex {
namespace {

using Clause = Literals::Clause;

constexpr size_t kMaxSetMembers = 4;    // a bigger set tells nothing
constexpr size_t kMinLiteralBytes = 2;  // a shorter text is in almost every line
constexpr size_t kMaxRepeatWritten = 4;

// What is known of the texts a node takes: all of them, if they are few (else `exact` is empty),
// and clauses they all fulfil.
struct Known {
  Clause exact{Literal{}};
  std::vector<Clause> clauses;

  bool is_exact() const { return !exact.empty(); }
  static Known nothing() { return {Clause{}, {}}; }
};

Known known(const Node& node);

void tidy(Clause& clause) {
  std::sort(clause.begin(), clause.end());
  clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
}

size_t shortest(const Clause& clause) {
  size_t bytes = kMaxLiteralBytes;
  for (const Literal& literal : clause) bytes = std::min(bytes, literal.text.size());
  return bytes;
}

// Long and few is telling.
double value(const Clause& clause) {
  return static_cast<double>(std::min<size_t>(shortest(clause), 12)) -
         static_cast<double>(clause.size()) * 0.3;
}

bool useful(const Clause& clause) {
  return !clause.empty() && clause.size() <= kMaxAlternatives &&
         shortest(clause) >= kMinLiteralBytes;
}

// Empty if they would be too many.
Clause product(const Clause& heads, const Clause& tails) {
  if (heads.size() * tails.size() > kMaxAlternatives) return {};
  Clause result;
  for (const Literal& head : heads) {
    for (const Literal& tail : tails) {
      Literal both{head.text + tail.text, head.ignore_case || tail.ignore_case,
                   head.other_forms || tail.other_forms};
      if (both.text.size() > kMaxLiteralBytes) return {};
      result.push_back(std::move(both));
    }
  }
  tidy(result);
  return result;
}

void keep(std::vector<Clause>& clauses, Clause clause) {
  tidy(clause);
  if (useful(clause)) clauses.push_back(std::move(clause));
}

void keep_all(std::vector<Clause>& clauses, const std::vector<Clause>& more) {
  clauses.insert(clauses.end(), more.begin(), more.end());
}

// A node after `so_far`: texts grow as long as they stay few, then a new run begins.
void follow(Known& so_far, Clause& run, bool& whole, Known next) {
  keep_all(so_far.clauses, next.clauses);
  if (!next.is_exact()) {
    keep(so_far.clauses, std::move(run));
    run = Clause{Literal{}};
    whole = false;
    return;
  }
  Clause longer = product(run, next.exact);
  if (!longer.empty()) {
    run = std::move(longer);
    return;
  }
  keep(so_far.clauses, std::move(run));
  run = std::move(next.exact);
  whole = false;
}

template <class Children>
Known in_sequence(const Children& children) {
  Known all;
  Clause run{Literal{}};
  bool whole = true;
  for (const Node& child : children) follow(all, run, whole, known(child));
  if (whole) {
    all.exact = std::move(run);
  } else {
    keep(all.clauses, std::move(run));
    all.exact.clear();
  }
  return all;
}

const Clause* best(const std::vector<Clause>& clauses) {
  const Clause* found = nullptr;
  for (const Clause& clause : clauses) {
    if (!found || value(clause) > value(*found)) found = &clause;
  }
  return found;
}

// Whatever branch is taken, one text of its best clause is there.
Known either(const std::vector<Node>& branches) {
  Known all = Known::nothing();
  Clause any;
  bool few = true;
  bool all_tell = true;
  for (const Node& branch : branches) {
    Known one = known(branch);
    few = few && one.is_exact() && all.exact.size() + one.exact.size() <= kMaxAlternatives;
    if (few) all.exact.insert(all.exact.end(), one.exact.begin(), one.exact.end());
    if (one.is_exact()) keep(one.clauses, std::move(one.exact));
    if (const Clause* clause = best(one.clauses)) {
      any.insert(any.end(), clause->begin(), clause->end());
    } else {
      all_tell = false;
    }
  }
  if (few) {
    tidy(all.exact);
  } else {
    all.exact.clear();
    if (all_tell) keep(all.clauses, std::move(any));
  }
  return all;
}

Known repeated(const Node& node) {
  Known one = known(node.children[0]);
  if (node.min == 0) {
    if (node.max != 1 || !one.is_exact() || one.exact.size() >= kMaxAlternatives) {
      return Known::nothing();
    }
    one.exact.push_back(Literal{});
    tidy(one.exact);
    return {std::move(one.exact), {}};
  }
  if (one.is_exact() && node.min == node.max && node.max <= kMaxRepeatWritten) {
    return in_sequence(std::vector<Node>(node.max, node.children[0]));
  }
  if (one.is_exact()) keep(one.clauses, std::move(one.exact));
  one.exact.clear();
  return one;
}

// A character that stands for itself or, case ignored, for its ASCII forms and perhaps others.
Known of_literal(const Node& node) {
  const char32_t c = node.character;
  if (c == 0xFFFD || (node.set && c >= 0x80)) return Known::nothing();
  Literal literal;
  append_utf8(literal.text, c);
  if (node.set) {
    literal.ignore_case = true;
    literal.other_forms = node.set->ranges().back().last >= 0x80;
  }
  return {Clause{literal}, {}};
}

Known of_set(const CharSet& set) {
  if (set.empty() || set.count() > kMaxSetMembers || set.contains(0xFFFD)) return Known::nothing();
  Clause members;
  for (const CharSet::Range& range : set.ranges()) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      members.emplace_back();
      append_utf8(members.back().text, c);
    }
  }
  return {std::move(members), {}};
}

// Takes nothing, but what it looks at is in the line as well.
Known of_look(const Node& node) {
  Known inside;
  if (node.negative) return inside;
  inside = known(node.children[0]);
  if (inside.is_exact()) keep(inside.clauses, std::move(inside.exact));
  inside.exact = Clause{Literal{}};
  return inside;
}

Known known(const Node& node) {
  switch (node.kind) {
    case Node::Kind::literal:
      return of_literal(node);
    case Node::Kind::set:
      return of_set(*node.set);
    case Node::Kind::anchor:
      return {};
    case Node::Kind::sequence:
      return in_sequence(node.children);
    case Node::Kind::conditional:
    case Node::Kind::branch:
      return either(node.children);
    case Node::Kind::repeat:
      return repeated(node);
    case Node::Kind::group:
    case Node::Kind::atomic:
      return known(node.children[0]);
    case Node::Kind::look:
      return of_look(node);
    case Node::Kind::backref:
      return Known::nothing();
  }
  return Known::nothing();
}

bool contains(std::string_view line, std::string_view text) {
  return memmem(line.data(), line.size(), text.data(), text.size()) != nullptr;
}

// Case ignored: a stretch of the line at a time is lowered, each beginning with the end of the one
// before.
bool contains_lowered(std::string_view line, const Clause& clause) {
  std::array<char, 1024> lowered;
  static_assert(lowered.size() > 2 * kMaxLiteralBytes);
  for (size_t begin = 0;; begin += lowered.size() - kMaxLiteralBytes) {
    const std::string_view stretch = line.substr(begin, lowered.size());
    for (size_t i = 0; i < stretch.size(); ++i) {
      const char c = stretch[i];
      lowered[i] = static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 32 : 0));
    }
    for (const Literal& literal : clause) {
      if (literal.ignore_case && contains({lowered.data(), stretch.size()}, literal.text)) {
        return true;
      }
    }
    if (begin + lowered.size() >= line.size()) return false;
  }
}

bool fulfilled(const Clause& clause, std::string_view line) {
  bool lowered = false;
  bool other_forms = false;
  for (const Literal& literal : clause) {
    lowered |= literal.ignore_case;
    other_forms |= literal.other_forms;
    if (!literal.ignore_case && contains(line, literal.text)) return true;
  }
  return (lowered && contains_lowered(line, clause)) || (other_forms && !is_ascii(line));
}

}  // namespace

bool Literals::may_match(std::string_view line) const {
  return std::all_of(clauses_.begin(), clauses_.end(),
                     [&](const Clause& clause) { return fulfilled(clause, line); });
}

bool implies(const Literal& longer, const Literal& shorter) {
  if (longer.ignore_case && !shorter.ignore_case) return false;
  const std::string text = shorter.ignore_case ? base::to_lower(longer.text) : longer.text;
  return text.find(shorter.text) != std::string::npos;
}

// A text that contains another of the same clause tells nothing more.
void drop_implied(Clause& clause) {
  std::stable_sort(clause.begin(), clause.end(), [](const Literal& a, const Literal& b) {
    return a.text.size() < b.text.size();
  });
  Clause kept;
  for (const Literal& literal : clause) {
    const auto shorter = std::find_if(kept.begin(), kept.end(),
                                      [&](const Literal& one) { return implies(literal, one); });
    if (shorter == kept.end()) {
      kept.push_back(literal);
    } else {
      shorter->other_forms |= literal.other_forms;
    }
  }
  clause = std::move(kept);
  tidy(clause);
}

Literals required_literals(const Syntax& syntax) {
  Known all = known(syntax.root);
  if (all.is_exact()) keep(all.clauses, std::move(all.exact));
  for (Clause& clause : all.clauses) {
    for (Literal& literal : clause) {
      if (literal.ignore_case) literal.text = base::to_lower(literal.text);
    }
    drop_implied(clause);
  }
  std::stable_sort(all.clauses.begin(), all.clauses.end(),
                   [](const Clause& a, const Clause& b) { return value(a) > value(b); });
  all.clauses.erase(std::unique(all.clauses.begin(), all.clauses.end()), all.clauses.end());
  if (all.clauses.size() > kMaxClauses) all.clauses.resize(kMaxClauses);
  return Literals(std::move(all.clauses));
}

}  // namespace gaoler::regex
