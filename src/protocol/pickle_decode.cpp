#include <algorithm>
#include <bit>
#include <optional>

#include "base/text.h"
#include "protocol/pickle.h"
#include "protocol/pickle_nodes.h"
#include "protocol/pickle_scalars.h"
#include "protocol/repr.h"

namespace gaoler::protocol {
namespace {

using base::Error;
using base::Result;

constexpr int kHighestProtocol = 5;

// Python's pickle machine: a stack, marks on it, a memo.
class Decoder {
 public:
  Decoder(std::string_view bytes, const Limits& limits) : reader_(bytes), limits_(limits) {}

  Value run() {
    while (step(reader_.op())) {
    }
    return value_of(nodes_, pop(), limits_);
  }

 private:
  // False at the end of the message.
  bool step(Op op) {
    switch (op) {
      case Op::stop:
        return false;
      case Op::proto:
        return check_protocol(), true;
      case Op::frame:
        return check_frame(), true;
      case Op::none:
        return push(std::monostate{}), true;
      case Op::newtrue:
        return push(true), true;
      case Op::newfalse:
        return push(false), true;
      case Op::int_line:
        return push_int_line(reader_.line()), true;
      case Op::long_line:
        return push_long_line(reader_.line()), true;
      case Op::binint:
        return push(int64_t{static_cast<int32_t>(reader_.little_endian(4))}), true;
      case Op::binint1:
        return push(static_cast<int64_t>(reader_.little_endian(1))), true;
      case Op::binint2:
        return push(static_cast<int64_t>(reader_.little_endian(2))), true;
      case Op::long1:
        return push(parse_long(reader_.take(reader_.little_endian(1)))), true;
      case Op::long4:
        return push(parse_long(reader_.take(reader_.little_endian(4)))), true;
      case Op::float_line:
        return push(parse_float(base::trim(reader_.line()))), true;
      case Op::binfloat:
        return push(std::bit_cast<double>(__builtin_bswap64(reader_.little_endian(8)))), true;
      default:
        return step_text(op);
    }
  }

  bool step_text(Op op) {
    switch (op) {
      case Op::string_line:
        return push(parse_string_literal(reader_.line())), true;
      case Op::binstring:
        return push(ascii(reader_.take(reader_.little_endian(4)))), true;
      case Op::short_binstring:
        return push(ascii(reader_.take(reader_.little_endian(1)))), true;
      case Op::unicode_line:
        return push(parse_raw_unicode(reader_.line())), true;
      case Op::short_binunicode:
        return push(from_wire(reader_.take(reader_.little_endian(1)))), true;
      case Op::binunicode:
        return push(from_wire(reader_.take(reader_.little_endian(4)))), true;
      case Op::binunicode8:
        return push(from_wire(reader_.take(reader_.little_endian(8)))), true;
      case Op::binbytes:
      case Op::short_binbytes:
      case Op::binbytes8:
      case Op::bytearray8:
        throw Malformed{"bytes are not accepted, send a string"};
      default:
        return step_container(op);
    }
  }

  bool step_container(Op op) {
    switch (op) {
      case Op::empty_list:
      case Op::empty_set:
        return push(Sequence{Sequence::Kind::list, {}}), true;
      case Op::list:
      case Op::frozenset:
        return push_sequence(Sequence::Kind::list, pop_to_mark()), true;
      case Op::append:
        return append({pop()}), true;
      case Op::appends:
      case Op::additems:
        return append(pop_to_mark()), true;
      case Op::empty_tuple:
        return push(Sequence{Sequence::Kind::tuple, {}}), true;
      case Op::tuple1:
        return push_sequence(Sequence::Kind::tuple, pop_many(1)), true;
      case Op::tuple2:
        return push_sequence(Sequence::Kind::tuple, pop_many(2)), true;
      case Op::tuple3:
        return push_sequence(Sequence::Kind::tuple, pop_many(3)), true;
      case Op::tuple:
        return push_sequence(Sequence::Kind::tuple, pop_to_mark()), true;
      case Op::empty_dict:
        return push(Mapping{}), true;
      case Op::dict: {
        const auto items = pop_to_mark();
        push(Mapping{});
        return set_items(items), true;
      }
      case Op::setitem:
        return set_items(pop_many(2)), true;
      case Op::setitems:
        return set_items(pop_to_mark()), true;
      default:
        return step_machine(op);
    }
  }

  bool step_machine(Op op) {
    switch (op) {
      case Op::mark:
        return mark(), true;
      case Op::pop:
        return drop(), true;
      case Op::pop_mark:
        return pop_to_mark(), true;
      case Op::dup:
        return push_again(top()), true;
      case Op::put:
        return remember(memo_index(reader_.line())), true;
      case Op::binput:
        return remember(reader_.little_endian(1)), true;
      case Op::long_binput:
        return remember(reader_.little_endian(4)), true;
      case Op::memoize:
        return remember(memoized_), true;
      case Op::get:
        return recall(memo_index(reader_.line())), true;
      case Op::binget:
        return recall(reader_.little_endian(1)), true;
      case Op::long_binget:
        return recall(reader_.little_endian(4)), true;
      case Op::global: {
        const std::string_view module = reader_.line();
        return push_class(module, reader_.line()), true;
      }
      case Op::stack_global:
        return push_stack_class(), true;
      case Op::reduce:
        return call(), true;
      case Op::build:
        return build(), true;
      default:
        throw Malformed{"invalid load key, " + repr_text(std::string(1, static_cast<char>(op))) +
                        "."};
    }
  }

  void check_protocol() {
    const uint64_t protocol = reader_.little_endian(1);
    if (protocol > kHighestProtocol) {
      throw Malformed{"unsupported pickle protocol: " + std::to_string(protocol)};
    }
  }

  void check_frame() {
    if (reader_.little_endian(8) > reader_.left())
      throw Malformed{"pickle exhausted before end of frame"};
  }

  // Booleans of protocol 0 and 1 are the integers written "01" and "00".
  void push_int_line(std::string_view digits) {
    if (digits == "01" || digits == "00") return push(digits == "01");
    push(parse_integer(base::trim(digits)));
  }

  void push_long_line(std::string_view digits) {
    digits = base::trim(digits);
    if (digits.ends_with('L')) digits.remove_suffix(1);
    push(parse_integer(digits));
  }

  static uint64_t memo_index(std::string_view digits) {
    const int64_t index = parse_integer(base::trim(digits));
    if (index < 0) throw Malformed{"negative memo index"};
    return static_cast<uint64_t>(index);
  }

  template <class Content>
  void push(Content content) {
    if (nodes_.size() >= limits_.values) throw Malformed{"more values than a message may hold"};
    nodes_.push_back(Node{std::move(content)});
    push_again(static_cast<NodeId>(nodes_.size() - 1));
  }

  void push_again(NodeId id) {
    if (stack_.size() >= limits_.values) throw Malformed{"more values than a message may hold"};
    stack_.push_back(id);
  }

  void push_sequence(Sequence::Kind kind, std::vector<NodeId> items) {
    push(Sequence{kind, std::move(items)});
  }

  size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  NodeId top() const {
    if (stack_.size() <= floor()) throw Malformed{"unpickling stack underflow"};
    return stack_.back();
  }

  NodeId pop() {
    const NodeId id = top();
    stack_.pop_back();
    return id;
  }

  // POP also takes a mark away if nothing was put behind it.
  void drop() {
    if (!marks_.empty() && stack_.size() == marks_.back()) {
      marks_.pop_back();
    } else {
      pop();
    }
  }

  std::vector<NodeId> pop_from(size_t begin) {
    std::vector<NodeId> items(stack_.begin() + static_cast<ptrdiff_t>(begin), stack_.end());
    stack_.resize(begin);
    return items;
  }

  std::vector<NodeId> pop_many(size_t count) {
    if (stack_.size() - floor() < count) throw Malformed{"unpickling stack underflow"};
    return pop_from(stack_.size() - count);
  }

  std::vector<NodeId> pop_to_mark() {
    if (marks_.empty()) throw Malformed{"could not find MARK"};
    const size_t begin = marks_.back();
    marks_.pop_back();
    return pop_from(begin);
  }

  void append(const std::vector<NodeId>& items) {
    auto* list = std::get_if<Sequence>(&nodes_[top()].content);
    if (list == nullptr || list->kind != Sequence::Kind::list)
      throw Malformed{"append to what is no list"};
    count_links(items.size());
    list->items.insert(list->items.end(), items.begin(), items.end());
  }

  void set_items(const std::vector<NodeId>& items) {
    auto* mapping = std::get_if<Mapping>(&nodes_[top()].content);
    if (mapping == nullptr) throw Malformed{"item for what is no dictionary"};
    if (items.size() % 2 != 0) throw Malformed{"odd number of items for DICT"};
    count_links(items.size());
    for (size_t i = 0; i < items.size(); i += 2)
      mapping->items.emplace_back(items[i], items[i + 1]);
  }

  // Appending what was got from the memo makes containers grow without new nodes.
  void count_links(size_t more) {
    links_ += more;
    if (links_ > limits_.values) throw Malformed{"more values than a message may hold"};
  }

  void remember(uint64_t index) {
    const NodeId id = top();
    if (index >= limits_.values) throw Malformed{"memo index too large"};
    if (index >= memo_.size())
      memo_.resize(std::max(index + 1, std::min(2 * index, limits_.values)));
    if (!memo_[index]) ++memoized_;
    memo_[index] = id;
  }

  void recall(uint64_t index) {
    if (index >= memo_.size() || !memo_[index]) {
      throw Malformed{"Memo value not found at index " + std::to_string(index)};
    }
    push_again(*memo_[index]);
  }

  void mark() {
    if (marks_.size() >= limits_.values) throw Malformed{"more values than a message may hold"};
    marks_.push_back(stack_.size());
  }

  void push_class(std::string_view module, std::string_view name) {
    // Python 2 names.
    if (module == "__builtin__" || module == "exceptions") module = "builtins";
    if (name == "unicode" && module == "builtins") name = "str";
    const Class accepted = find_accepted_class(module, name);
    if (accepted == nullptr) {
      throw Malformed{"class " + std::string(module) + "." + std::string(name) +
                      " is not accepted in a message"};
    }
    push(accepted);
  }

  void push_stack_class() {
    const auto items = pop_many(2);
    const auto* module = std::get_if<std::string>(&nodes_[items[0]].content);
    const auto* name = std::get_if<std::string>(&nodes_[items[1]].content);
    if (module == nullptr || name == nullptr) throw Malformed{"STACK_GLOBAL requires str"};
    push_class(*module, *name);
  }

  void call() {
    const NodeId args = pop();
    const auto* callee = std::get_if<Class>(&nodes_[pop()].content);
    if (callee == nullptr) throw Malformed{"REDUCE of what is no class"};
    const auto* tuple = std::get_if<Sequence>(&nodes_[args].content);
    if (tuple == nullptr || tuple->kind != Sequence::Kind::tuple) {
      throw Malformed{"argument list must be a tuple"};
    }
    push(Call{*callee, args});
  }

  // The attributes of an exception beside its arguments: nobody reads them.
  void build() {
    pop();
    if (!std::holds_alternative<Call>(nodes_[top()].content))
      throw Malformed{"BUILD of what is no exception"};
  }

  PickleReader reader_;
  const Limits& limits_;
  Nodes nodes_;
  std::vector<NodeId> stack_;
  std::vector<size_t> marks_;
  std::vector<std::optional<NodeId>> memo_;
  size_t memoized_ = 0;
  size_t links_ = 0;
};

bool travels_as_it_is(const Value& value) {
  return !value.is_none() && !value.get<Tuple>() && !value.get<Exception>() &&
         !value.get<Address>();
}

}  // namespace

Result<Value> decode(std::string_view pickled, const Limits& limits) {
  try {
    return Decoder(pickled, limits).run();
  } catch (const Malformed& malformed) {
    return Error{malformed.why};
  }
}

Result<Command> decode_command(std::string_view pickled, const Limits& limits) {
  Result<Value> value = decode(pickled, limits);
  if (!value) return value.error();
  auto* list = value->get<List>();
  auto* tuple = value->get<Tuple>();
  if (list == nullptr && tuple == nullptr)
    return Error{"a command is a list of words, not " + repr(*value)};
  Command command = std::move(list ? list->items : tuple->items);
  for (Value& word : command) {
    if (!travels_as_it_is(word)) word = str(word);
  }
  return command;
}

Result<Reply> decode_reply(std::string_view pickled, const Limits& limits) {
  Result<Value> value = decode(pickled, limits);
  if (!value) return value.error();
  if (const auto* text = value->get<std::string>()) {
    return Reply{1, Exception{"builtins", "Exception", {*text}}};
  }
  auto* tuple = value->get<Tuple>();
  if (tuple == nullptr || tuple->items.size() != 2 || !tuple->items[0].get<int64_t>()) {
    return Error{"not a reply: " + repr(*value)};
  }
  return Reply{static_cast<int>(*tuple->items[0].get<int64_t>()), std::move(tuple->items[1])};
}

}  // namespace gaoler::protocol
