// What a pickled message builds while it is read: nodes that refer to each other by number, as
// Python's objects do by reference, so that one list may stand in two places or, in a hostile
// message, in itself. value_of() turns the result into a tree, within limits. Part of
// pickle_decode.cpp's reading and of nothing else.
#pragma once

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/pickle.h"

namespace gaoler::protocol {

using NodeId = uint32_t;

struct Sequence {
  enum class Kind { list, tuple } kind;
  std::vector<NodeId> items;
};

struct Mapping {
  std::vector<std::pair<NodeId, NodeId>> items;
};

struct AcceptedClass {
  std::string_view module;
  std::string_view name;
};

using Class = const AcceptedClass*;

struct Call {
  Class callee;
  NodeId args;  // a tuple
};

struct Node {
  std::variant<std::monostate, bool, int64_t, double, std::string, Sequence, Mapping, Class, Call>
      content;
};

using Nodes = std::vector<Node>;

// str and the exceptions a server may answer with; nullptr for every other.
Class find_accepted_class(std::string_view module, std::string_view name);

// May throw Malformed.
Value value_of(const Nodes& nodes, NodeId root, const Limits& limits);

}  // namespace gaoler::protocol
