#include "regex/syntax.h"

#include <algorithm>

namespace gaoler::regex {

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

}  // namespace gaoler::regex
