#include "regex/syntax.h"

#include <algorithm>

namespace gaoler::regex {
namespace {

size_t add_width(size_t a, size_t b) {
  return a > kUnlimited - b ? kUnlimited : a + b;
}
size_t multiply_width(size_t a, size_t b) {
  if (a == 0 || b == 0) return 0;
  return a > kUnlimited / b ? kUnlimited : a * b;
}

}  // namespace

bool can_be_empty(const Node& node) {
  switch (node.kind) {
    case Node::Kind::literal:
    case Node::Kind::set:
      return false;
    case Node::Kind::anchor:
    case Node::Kind::look:
    case Node::Kind::backref:
      return true;
    case Node::Kind::sequence:
      return std::all_of(node.children.begin(), node.children.end(), can_be_empty);
    case Node::Kind::branch:
    case Node::Kind::conditional:
      return std::any_of(node.children.begin(), node.children.end(), can_be_empty);
    case Node::Kind::repeat:
      return node.min == 0 || can_be_empty(node.children[0]);
    case Node::Kind::group:
    case Node::Kind::atomic:
      return can_be_empty(node.children[0]);
  }
  return true;
}

Width width_of(const Node& node, const GroupWidths& groups) {
  switch (node.kind) {
    case Node::Kind::literal:
    case Node::Kind::set:
      return {1, 1};
    case Node::Kind::anchor:
    case Node::Kind::look:
      return {0, 0};
    case Node::Kind::group:
    case Node::Kind::atomic:
      return width_of(node.children[0], groups);
    case Node::Kind::backref:
      return groups[node.group].value_or(Width{});
    case Node::Kind::repeat: {
      const Width one = width_of(node.children[0], groups);
      return {multiply_width(one.min, node.min), multiply_width(one.max, node.max)};
    }
    case Node::Kind::sequence: {
      Width sum;
      for (const Node& child : node.children) {
        const Width one = width_of(child, groups);
        sum = {add_width(sum.min, one.min), add_width(sum.max, one.max)};
      }
      return sum;
    }
    case Node::Kind::branch:
    case Node::Kind::conditional: {
      Width all{kUnlimited, 0};
      for (const Node& child : node.children) {
        const Width one = width_of(child, groups);
        all = {std::min(all.min, one.min), std::max(all.max, one.max)};
      }
      return all;
    }
  }
  return {};
}

}  // namespace gaoler::regex
