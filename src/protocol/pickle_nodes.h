// What a pickled message builds while it is read: nodes that refer to each other by number, as
// Python's objects do by reference, so that one list may stand in two places or, in a hostile
// message, in itself. value_of() turns the result into a tree, within limits. Part of
// pickle_decode.cpp's reading and of nothing else.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/pickle.h"

namespace gaoler::protocol {

using NodeId = uint32_t;

// Small and plain, for there are three of them for each address of a long list: what grows stands
// in arrays beside them.
struct TupleRef {
  uint32_t begin;  // in Nodes::tuple_items
  uint32_t count;
};
struct ListRef {
  uint32_t index;  // in Nodes::lists
};
struct DictRef {
  uint32_t index;  // in Nodes::dicts
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
  // Texts are views into the message or into Nodes::texts.
  std::variant<std::monostate, bool, int64_t, double, std::string_view, TupleRef, ListRef, DictRef,
               Class, Call>
      content;
};

struct Nodes {
  std::vector<Node> all;
  std::vector<NodeId> tuple_items;
  std::deque<std::vector<NodeId>> lists;
  std::deque<std::vector<std::pair<NodeId, NodeId>>> dicts;
  std::deque<std::string> texts;  // those that are written in another way in the message

  template <class Content>
  const Content* get(NodeId id) const {
    return std::get_if<Content>(&all[id].content);
  }
};

// str and the exceptions a server may answer with; nullptr for every other.
Class find_accepted_class(std::string_view module, std::string_view name);

// May throw Malformed.
Value value_of(const Nodes& nodes, NodeId root, const Limits& limits);

}  // namespace gaoler::protocol
