// Makers of nodes, as the parser needs them. Pure.
#pragma once

#include "regex/characters.h"
#include "regex/syntax.h"

namespace gaoler::regex {

Node set_node(CharSet set);
Node anchor_node(Anchor anchor, Alphabet alphabet = Alphabet::unicode);
Node literal_node(char32_t c, const Flags& flags);
Node with_child(Node::Kind kind, Node child);

}  // namespace gaoler::regex
