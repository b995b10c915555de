#include "filter/prefilter.h"

#include <algorithm>
#include <deque>
#include <string>

namespace gaoler::filter {
namespace {

using Clause = regex::Literals::Clause;

// The longest piece without a newline: a prefregex leaves a part of the line that ends with one
// where the line goes on.
std::string_view within_line(std::string_view text) {
  std::string_view longest;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    if (end > longest.size()) longest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

// The first clause all of whose texts can be looked for; nullptr if there is none.
const Clause* usable_clause(const regex::Literals& literals) {
  for (const Clause& clause : literals.clauses()) {
    bool usable = !clause.empty() && std::none_of(clause.begin(), clause.end(), [](const auto& l) {
      return within_line(l.text).empty();
    });
    if (usable) return &clause;
  }
  return nullptr;
}

unsigned char lowered(unsigned char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + 32) : byte;
}

}  // namespace

struct Prefilter::Node {
  explicit Node(size_t classes) : children(classes, 0) {}
  std::vector<State> children;  // 0: none (the root is nobody's child)
  State fallback = 0;
  std::vector<uint32_t> found;
};

Prefilter::Prefilter(const std::vector<const regex::Literals*>& expressions)
    : seen_(expressions.size(), 0) {
  std::vector<const Clause*> clauses;
  std::vector<std::string_view> texts;
  for (const regex::Literals* literals : expressions) {
    clauses.push_back(usable_clause(*literals));
    if (!clauses.back()) continue;
    for (const auto& literal : *clauses.back()) texts.push_back(within_line(literal.text));
  }
  number_bytes(texts);
  std::vector<Node> trie(1, Node(classes_));
  for (size_t i = 0; i < clauses.size(); ++i) {
    const auto expression = static_cast<uint32_t>(i);
    if (!clauses[i] ||
        trie.size() + regex::kMaxAlternatives * regex::kMaxLiteralBytes > kMaxStates) {
      always_.push_back(expression);
      continue;
    }
    bool other_forms = false;
    for (const auto& literal : *clauses[i]) {
      add(within_line(literal.text), i, trie);
      other_forms |= literal.other_forms;
    }
    if (other_forms) unless_ascii_.push_back(expression);
  }
  link(trie);
}

// Both cases of a letter are one class: a literal whose case matters is found a little too often,
// no harm done.
void Prefilter::number_bytes(const std::vector<std::string_view>& texts) {
  for (std::string_view text : texts) {
    for (char c : text) {
      uint8_t& byte_class = class_of_[lowered(static_cast<unsigned char>(c))];
      if (byte_class == 0) byte_class = static_cast<uint8_t>(classes_++);
    }
  }
  for (unsigned char upper = 'A'; upper <= 'Z'; ++upper)
    class_of_[upper] = class_of_[lowered(upper)];
}

void Prefilter::add(std::string_view text, size_t expression, std::vector<Node>& trie) {
  size_t at = 0;
  for (char c : text) {
    size_t byte_class = class_of_[static_cast<unsigned char>(c)];
    if (trie[at].children[byte_class] == 0) {
      trie[at].children[byte_class] = static_cast<State>(trie.size());
      trie.emplace_back(classes_);
    }
    at = trie[at].children[byte_class];
  }
  trie[at].found.push_back(static_cast<uint32_t>(expression));
}

// From trie to automaton, level by level: where a state has no child, the state of its longest
// proper ending goes on.
void Prefilter::link(std::vector<Node>& trie) {
  next_.assign(trie.size() * classes_, 0);
  std::deque<State> queue = {0};
  while (!queue.empty()) {
    State state = queue.front();
    queue.pop_front();
    for (size_t c = 0; c < classes_; ++c) {
      State child = trie[state].children[c];
      State beside = state == 0 ? State{0} : next(trie[state].fallback, c);
      next(state, c) = child ? child : beside;
      if (!child) continue;
      trie[child].fallback = beside;
      const auto& inherited = trie[beside].found;
      trie[child].found.insert(trie[child].found.end(), inherited.begin(), inherited.end());
      queue.push_back(child);
    }
  }
  for (Node& node : trie) {
    std::sort(node.found.begin(), node.found.end());
    node.found.erase(std::unique(node.found.begin(), node.found.end()), node.found.end());
    finds_.push_back(!node.found.empty());
    found_.push_back(std::move(node.found));
  }
}

bool Prefilter::scan(std::string_view text) {
  ++question_;
  bool any = !always_.empty();
  for (uint32_t expression : always_) seen_[expression] = question_;
  size_t state = 0;
  unsigned char high = 0;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    high |= byte;
    state = next_[state * classes_ + class_of_[byte]];
    if (!finds_[state]) continue;
    any = true;
    for (uint32_t expression : found_[state]) seen_[expression] = question_;
  }
  if (high < 0x80) return any;
  for (uint32_t expression : unless_ascii_) seen_[expression] = question_;
  return any || !unless_ascii_.empty();
}

}  // namespace gaoler::filter
