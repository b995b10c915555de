#include "parity/regex/attacker.h"

#include <algorithm>

#include "regex/utf8.h"

namespace gaoler::regex::parity {
namespace {

void collect_repeats(const Node& node, std::vector<const Node*>& repeats) {
  constexpr size_t kMany = 8;
  if (node.kind == Node::Kind::repeat && node.max > kMany) repeats.push_back(&node);
  for (const Node& child : node.children) collect_repeats(child, repeats);
}

}  // namespace

std::string Attacker::line(const Syntax& pattern, size_t bytes) {
  std::vector<const Node*> repeats;
  collect_repeats(pattern.root, repeats);
  pumped_ = repeats.empty() ? nullptr : repeats[below(repeats.size())];
  pump_bytes_ = bytes;
  replacement_ = nullptr;
  std::string line = text(pattern.root);
  // A pattern without repeats is pumped as a whole.
  const std::string once = line.empty() ? " " : line;
  while (line.size() + once.size() < bytes) line += once;
  line = spoiled(std::move(line));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string Attacker::wrapped(const Syntax& prefregex, size_t group, const std::string& inside) {
  pumped_ = nullptr;
  replaced_group_ = group;
  replacement_ = &inside;
  std::string line = text(prefregex.root);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string Attacker::text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::literal:
    case Node::Kind::set:
      return character(node);
    case Node::Kind::branch:
      return text(node.children[below(node.children.size())]);
    case Node::Kind::conditional:
      return text(node.children[0]);
    case Node::Kind::repeat:
      return repeated(node);
    case Node::Kind::look:
      // What must be ahead makes no harm twice.
      return node.negative || node.behind || below(2) == 0 ? "" : text(node.children[0]);
    case Node::Kind::group:
      if (replacement_ && node.group == replaced_group_) return *replacement_;
      return text(node.children[0]);
    case Node::Kind::sequence:
    case Node::Kind::atomic: {
      std::string all;
      for (const Node& child : node.children) all += text(child);
      return all;
    }
    case Node::Kind::anchor:
    case Node::Kind::backref:
      return "";
  }
  return "";
}

// Characters that patterns use to part things make the most ways through.
std::string Attacker::character(const Node& node) {
  constexpr std::u32string_view kParting = U" :.a1[]()<>\"'=-/,;@x0A\u00e9";
  char32_t chosen = node.character;
  if (node.kind == Node::Kind::set) {
    if (node.set->empty()) return "";
    chosen = node.set->ranges()[below(node.set->ranges().size())].first;
    for (size_t i = 0; i < 12; ++i) {
      const char32_t one = kParting[below(kParting.size())];
      if (node.set->contains(one)) {
        chosen = one;
        break;
      }
    }
  }
  std::string out;
  append_utf8(out, chosen);
  return out;
}

std::string Attacker::repeated(const Node& node) {
  const Node& child = node.children[0];
  std::string all;
  if (&node == pumped_) {
    const bool same = below(2) == 0;
    std::string piece = text(child);
    if (piece.empty()) piece = " ";
    for (size_t count = 0; all.size() < pump_bytes_ && count < node.max; ++count) {
      all += piece;
      if (!same) piece = text(child);
      if (piece.empty()) break;
    }
    return all;
  }
  const size_t more = std::min<size_t>(node.max - node.min, 3);
  for (size_t count = node.min + below(more + 1); count > 0; --count) all += text(child);
  return all;
}

std::string Attacker::spoiled(std::string line) {
  switch (below(6)) {
    case 0:
      return line;
    case 1:
      return line + "!";
    case 2:
      line.resize(line.size() - std::min<size_t>(line.size(), 1 + below(4)));
      return line;
    case 3:
      return line + line.substr(0, 1 + below(40));
    case 4:
      return line + "\x01";
    default:
      return line + " x";
  }
}

}  // namespace gaoler::regex::parity
