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
                      nodes_.all[id].content);
  }

 private:
  Value make(std::monostate, int) { return {}; }
  Value make(bool content, int) { return content; }
  Value make(int64_t content, int) { return content; }
  Value make(double content, int) { return content; }

  Value make(std::string_view text, int) { return counted(text); }

  std::string counted(std::string_view text) {
    text_bytes_ += text.size();
    if (text_bytes_ > limits_.text_bytes) throw Malformed{"more text than a message may hold"};
    return std::string(text);
  }

  Value make(const TupleRef& tuple, int depth) { return Tuple{items_of(tuple, depth)}; }

  std::vector<Value> items_of(const TupleRef& tuple, int depth) {
    return values(nodes_.tuple_items.data() + tuple.begin, tuple.count, depth);
  }

  Value make(const ListRef& list, int depth) {
    const auto& items = nodes_.lists[list.index];
    return List{values(items.data(), items.size(), depth)};
  }

  // A later value for a key replaces the earlier one in its place.
  Value make(const DictRef& mapping, int depth) {
    Dict dict;
    std::map<std::string, size_t> places;
    for (const auto& [key_id, value_id] : nodes_.dicts[mapping.index]) {
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
    const TupleRef& args = *nodes_.get<TupleRef>(call.args);
    if (call.callee != &kString) {
      return Exception{std::string(call.callee->module), std::string(call.callee->name),
                       items_of(args, depth + 1)};
    }
    const auto* text =
        args.count == 1 ? nodes_.get<std::string_view>(nodes_.tuple_items[args.begin]) : nullptr;
    if (text == nullptr) throw Malformed{"str() of what is no string"};
    return Address{counted(*text)};
  }

  std::vector<Value> values(const NodeId* ids, size_t count, int depth) {
    std::vector<Value> items;
    items.reserve(count);
    for (size_t i = 0; i < count; ++i) items.push_back(value(ids[i], depth + 1));
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
