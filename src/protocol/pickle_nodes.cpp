#include "protocol/pickle_nodes.h"

#include <map>

#include "protocol/pickle_scalars.h"
#include "protocol/repr.h"

namespace gaoler::protocol {
namespace {

constexpr AcceptedClass kString{"builtins", "str"};

constexpr AcceptedClass kExceptions[] = {
    {"builtins", "AssertionError"},
    {"builtins", "AttributeError"},
    {"builtins", "BrokenPipeError"},
    {"builtins", "ConnectionRefusedError"},
    {"builtins", "EOFError"},
    {"builtins", "Exception"},
    {"builtins", "FileExistsError"},
    {"builtins", "FileNotFoundError"},
    {"builtins", "ImportError"},
    {"builtins", "IndexError"},
    {"builtins", "IsADirectoryError"},
    {"builtins", "KeyError"},
    {"builtins", "LookupError"},
    {"builtins", "MemoryError"},
    {"builtins", "ModuleNotFoundError"},
    {"builtins", "NameError"},
    {"builtins", "NotADirectoryError"},
    {"builtins", "NotImplementedError"},
    {"builtins", "OSError"},
    {"builtins", "OverflowError"},
    {"builtins", "PermissionError"},
    {"builtins", "RecursionError"},
    {"builtins", "RuntimeError"},
    {"builtins", "SyntaxError"},
    {"builtins", "TimeoutError"},
    {"builtins", "TypeError"},
    {"builtins", "UnboundLocalError"},
    {"builtins", "UnicodeDecodeError"},
    {"builtins", "UnicodeEncodeError"},
    {"builtins", "ValueError"},
    {"builtins", "ZeroDivisionError"},
    {"fail2ban.exceptions", "DuplicateJailException"},
    {"fail2ban.exceptions", "UnknownJailException"},
    {"fail2ban.server.failregex", "RegexException"},
    {"json.decoder", "JSONDecodeError"},
    {"re", "error"},
    {"sqlite3", "DatabaseError"},
    {"sqlite3", "IntegrityError"},
    {"sqlite3", "OperationalError"},
    {"sqlite3", "ProgrammingError"},
};

class TreeBuilder {
 public:
  TreeBuilder(const Nodes& nodes, const Limits& limits) : nodes_(nodes), limits_(limits) {}

  Value value(NodeId id, int depth = 0) {
    if (depth > limits_.depth) throw Malformed{"values nested too deeply"};
    if (++values_ > limits_.values) throw Malformed{"more values than a message may hold"};
    return std::visit([this, depth](const auto& content) { return make(content, depth); },
                      nodes_[id].content);
  }

 private:
  Value make(std::monostate, int) { return {}; }
  Value make(bool content, int) { return content; }
  Value make(int64_t content, int) { return content; }
  Value make(double content, int) { return content; }

  Value make(const std::string& text, int) {
    text_bytes_ += text.size();
    if (text_bytes_ > limits_.text_bytes) throw Malformed{"more text than a message may hold"};
    return text;
  }

  Value make(const Sequence& sequence, int depth) {
    std::vector<Value> items = values(sequence.items, depth);
    if (sequence.kind == Sequence::Kind::tuple) return Tuple{std::move(items)};
    return List{std::move(items)};
  }

  // A later value for a key replaces the earlier one in its place.
  Value make(const Mapping& mapping, int depth) {
    Dict dict;
    std::map<std::string, size_t> places;
    for (const auto& [key_id, value_id] : mapping.items) {
      Value key = value(key_id, depth + 1);
      if (key.get<List>() || key.get<Dict>()) throw Malformed{"unhashable key in a dictionary"};
      Value content = value(value_id, depth + 1);
      const auto [place, is_new] = places.emplace(repr(key), dict.items.size());
      if (is_new) {
        dict.items.emplace_back(std::move(key), std::move(content));
      } else {
        dict.items[place->second].second = std::move(content);
      }
    }
    return dict;
  }

  Value make(Class, int) { throw Malformed{"a class is no value"}; }

  Value make(const Call& call, int depth) {
    Value args = value(call.args, depth + 1);
    std::vector<Value>& items = args.get<Tuple>()->items;
    if (call.callee != &kString) {
      return Exception{std::string(call.callee->module), std::string(call.callee->name),
                       std::move(items)};
    }
    if (items.size() != 1 || !items[0].get<std::string>())
      throw Malformed{"str() of what is no string"};
    return Address{std::move(*items[0].get<std::string>())};
  }

  std::vector<Value> values(const std::vector<NodeId>& ids, int depth) {
    std::vector<Value> items;
    items.reserve(ids.size());
    for (const NodeId id : ids) items.push_back(value(id, depth + 1));
    return items;
  }

  const Nodes& nodes_;
  const Limits& limits_;
  size_t values_ = 0;
  size_t text_bytes_ = 0;
};

}  // namespace

Class find_accepted_class(std::string_view module, std::string_view name) {
  if (module == kString.module && name == kString.name) return &kString;
  for (const AcceptedClass& known : kExceptions) {
    if (known.module == module && known.name == name) return &known;
  }
  return nullptr;
}

Value value_of(const Nodes& nodes, NodeId root, const Limits& limits) {
  return TreeBuilder(nodes, limits).value(root);
}

}  // namespace gaoler::protocol
