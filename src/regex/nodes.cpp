#include "regex/nodes.h"

#include <memory>
#include <utility>

namespace gaoler::regex {

Node set_node(CharSet set) {
  Node node;
  node.kind = Node::Kind::set;
  node.set = std::make_shared<const CharSet>(std::move(set));
  return node;
}

Node anchor_node(Anchor anchor, Alphabet alphabet) {
  Node node;
  node.kind = Node::Kind::anchor;
  node.anchor = anchor;
  node.alphabet = alphabet;
  return node;
}

Node literal_node(char32_t c, const Flags& flags) {
  Node node;
  node.kind = Node::Kind::literal;
  node.character = c;
  if (!flags.ignore_case) return node;
  CharSet forms = ignoring_case(CharSet(c), CharSet(), flags.alphabet);
  if (forms.count() > 1 || !forms.contains(c)) {
    node.set = std::make_shared<const CharSet>(std::move(forms));
  }
  return node;
}

Node with_child(Node::Kind kind, Node child) {
  Node node;
  node.kind = kind;
  node.children.push_back(std::move(child));
  return node;
}

}  // namespace gaoler::regex
