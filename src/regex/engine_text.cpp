#include "regex/engine_text.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace gaoler::regex {
namespace {

CharSet ascii_only(const CharSet& set) {
  CharSet part;
  for (const CharSet::Range& range : set.ranges()) {
    if (range.first < 0x80) part.add(range.first, std::min<char32_t>(range.last, 0x7F));
  }
  return part;
}

bool has_conditional(const Node& node) {
  return node.kind == Node::Kind::conditional ||
         std::any_of(node.children.begin(), node.children.end(), has_conditional);
}

class Writer {
 public:
  explicit Writer(Subject subject) : subject_(subject) {}

  base::Result<EngineText> write(const Syntax& syntax) {
    conditional_ = has_conditional(syntax.root);
    node(syntax.root);
    if (!refused_.empty()) return base::Error{refused_};
    return std::move(out_);
  }

 private:
  void node(const Node& node);
  void literal(char32_t c);
  void set(const CharSet& set);
  void anchor(const Node& node);
  void repeat(const Node& node);
  void unrolled(const Node& node);
  void look(const Node& node);
  void backref(const Node& node);
  void group(const char* opening, const Node& node);
  void put(std::string_view text) { out_.text += text; }

  Subject subject_;
  EngineText out_;
  std::string refused_;
  bool in_look_behind_ = false;
  int sealed_ = 0;       // look-arounds and atomic groups around what is written
  bool leading_ = true;  // nothing that takes a character was written yet
  bool conditional_ = false;
};

void Writer::node(const Node& node) {
  switch (node.kind) {
    case Node::Kind::literal:
      node.set ? set(*node.set) : literal(node.character);
      return;
    case Node::Kind::set:
      set(*node.set);
      return;
    case Node::Kind::anchor:
      anchor(node);
      return;
    case Node::Kind::sequence:
      for (const Node& child : node.children) {
        child.kind == Node::Kind::branch ? group("(?:", child) : this->node(child);
      }
      return;
    case Node::Kind::branch:
      leading_ = false;
      for (size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) put("|");
        this->node(node.children[i]);
      }
      return;
    case Node::Kind::repeat:
      repeat(node);
      return;
    case Node::Kind::group:
      if (sealed_ > 0) refused_ = "a group captured inside a look-around or an atomic group";
      group("(", node.children[0]);
      return;
    case Node::Kind::atomic:
      ++sealed_;
      group("(?>", node.children[0]);
      --sealed_;
      return;
    case Node::Kind::look:
      look(node);
      return;
    case Node::Kind::backref:
      backref(node);
      return;
    case Node::Kind::conditional:
      leading_ = false;
      put("(?(" + std::to_string(node.group) + ")");
      group("(?:", node.children[0]);
      put("|");
      group("(?:", node.children[1]);
      put(")");
      return;
  }
}

void Writer::group(const char* opening, const Node& node) {
  put(opening);
  const size_t before = out_.text.size();
  this->node(node);
  // Boost refuses some groups with nothing in them.
  if (out_.text.size() == before) put("(?:)");
  put(")");
}

void Writer::literal(char32_t c) {
  leading_ = false;
  const bool plain =
      c < 0x80 && ((c >= U'0' && c <= U'9') || ((c | 32) >= U'a' && (c | 32) <= U'z'));
  if (plain) {
    out_.text += static_cast<char>(c);
  } else if (c >= 0x80 && subject_ == Subject::ascii) {
    set(CharSet());
  } else {
    char escape[16];
    std::snprintf(escape, sizeof escape, "\\x{%x}", static_cast<unsigned>(c));
    put(escape);
  }
}

void Writer::set(const CharSet& full) {
  leading_ = false;
  if (full == CharSet().inverted()) return put(".");
  const CharSet set = subject_ == Subject::ascii ? ascii_only(full) : full;
  if (set.count() == 1) return literal(set.ranges().front().first);
  auto found = std::find(out_.sets.begin(), out_.sets.end(), set);
  const auto index = found - out_.sets.begin();
  if (found == out_.sets.end()) out_.sets.push_back(set);
  put("[[:" + std::to_string(index) + ":]]");
}

void Writer::anchor(const Node& node) {
  const CharSet newline(U'\n');
  const bool leading = leading_;
  const auto put_set = [&](const CharSet& members) {
    set(members);
    leading_ = leading;  // inside a look-around: takes nothing
  };
  switch (node.anchor) {
    case Anchor::text_start:
      put("\\A");
      return;
    case Anchor::text_end:
      put("\\z");
      return;
    case Anchor::text_end_or_final_newline:
      put("(?=\\x{a}?\\z)");
      return;
    case Anchor::line_start:
      // Boost's own ^ also fits behind other separators, but only from one line to the next it is
      // fast.
      put("^(?<!");
      put_set(newline.inverted());
      put(")");
      return;
    case Anchor::line_end:
      put("(?!");
      put_set(newline.inverted());
      put(")");
      return;
    case Anchor::word_boundary:
    case Anchor::not_word_boundary: {
      const bool boundary = node.anchor == Anchor::word_boundary;
      // As Python up to 3.13: in an empty text there is neither a boundary nor the lack of one.
      put(boundary ? "(?:" : "(?:(?:(?=.)|(?<=.))");
      if (node.alphabet == Alphabet::unicode || subject_ == Subject::ascii) {
        put(boundary ? "\\b" : "(?!\\b)");
      } else {
        const CharSet& word = word_characters(Alphabet::ascii);
        put(boundary ? "(?:" : "(?!");
        put("(?<=");
        put_set(word);
        put(")(?!");
        put_set(word);
        put(")|(?<!");
        put_set(word);
        put(")(?=");
        put_set(word);
        put("))");
      }
      put(")");
      return;
    }
  }
}

void Writer::repeat(const Node& node) {
  const Node& child = node.children[0];
  if (in_look_behind_ && !child.single_character()) return unrolled(node);
  // Boost ends a counted repeat at its first empty round. Python goes on from the rounds that must
  // be, and from a round that was empty at first and took something when it was gone back to.
  const bool counted = node.max > 1 && (node.min > 1 || node.max != kUnlimited);
  if (counted && can_be_empty(child)) {
    refused_ = "rounds of a repeat that may be empty";
    return;
  }
  const bool possessive = node.greed == Greed::possessive;
  if (possessive) put("(?>");
  sealed_ += possessive;
  // Boost goes on searching behind what a first repeat of one character took. That is wrong where a
  // later start would reach further (a lazy repeat with a limit) or end up in another branch; a
  // group keeps it from doing so.
  const bool limited = node.greed == Greed::lazy && node.max > 1 && node.max != kUnlimited;
  const bool shielded = leading_ && (limited || conditional_);
  leading_ = false;
  if ((child.single_character() && !shielded) || child.kind == Node::Kind::group) {
    this->node(child);
  } else {
    group("(?:", child);
  }
  if (node.max == kUnlimited && node.min <= 1) {
    put(node.min == 0 ? "*" : "+");
  } else if (node.min == 0 && node.max == 1) {
    put("?");
  } else {
    put("{" + std::to_string(node.min) + ",");
    if (node.max != kUnlimited) put(std::to_string(node.max));
    put("}");
  }
  if (node.greed == Greed::lazy) put("?");
  if (possessive) put(")");
  sealed_ -= possessive;
}

bool has_capture(const Node& node) {
  return node.kind == Node::Kind::group ||
         std::any_of(node.children.begin(), node.children.end(), has_capture);
}

void Writer::unrolled(const Node& node) {
  const Node& child = node.children[0];
  if (node.min != node.max || node.min > kMaxUnrolled || (has_capture(child) && node.min != 1)) {
    refused_ = "a repeated group in a look-behind";
    return;
  }
  for (size_t i = 0; i < node.min; ++i) group("(?:", child);
}

void Writer::look(const Node& node) {
  const bool outer = in_look_behind_;
  const bool leading = std::exchange(leading_, false);
  in_look_behind_ = node.behind;
  put(node.behind ? (node.negative ? "(?<!" : "(?<=") : (node.negative ? "(?!" : "(?="));
  ++sealed_;
  this->node(node.children[0]);
  --sealed_;
  put(")");
  in_look_behind_ = outer;
  leading_ = leading;
}

void Writer::backref(const Node& node) {
  if (in_look_behind_) {
    refused_ = "a group reference in a look-behind";
    return;
  }
  if (node.ignore_case && node.alphabet == Alphabet::ascii) {
    refused_ = "a group reference ignoring the case of ASCII letters only";
    return;
  }
  // In braces: of \10 Boost takes one digit.
  put(node.ignore_case ? "(?i:" : "(?:");
  put("\\g{" + std::to_string(node.group) + "})");
}

}  // namespace

base::Result<EngineText> engine_text(const Syntax& syntax, Subject subject) {
  return Writer(subject).write(syntax);
}

}  // namespace gaoler::regex
