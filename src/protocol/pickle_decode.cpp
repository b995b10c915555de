#include <algorithm>
#include <bit>
#include <limits>

#include "base/text.h"
#include "protocol/pickle.h"
#include "protocol/pickle_nodes.h"
#include "protocol/pickle_scalars.h"
#include "protocol/repr.h"
#include "protocol/unicode.h"

namespace gaoler::protocol {
namespace {

using base::Error;
using base::Result;

constexpr int kHighestProtocol = 5;
constexpr size_t kBytesPerNode = 6;  // of a long list of addresses
constexpr NodeId kNoNode = std::numeric_limits<NodeId>::max();

// Python's pickle machine: a stack, marks on it, a memo.
class Decoder {
 public:
  Decoder(std::string_view bytes, const Limits& limits) : reader_(bytes), limits_(limits) {
    // Room that is not used costs nothing, moving everything over and over does.
    nodes_.all.reserve(std::min(limits.values, bytes.size() / kBytesPerNode));
    memo_.reserve(std::min(limits.values, bytes.size() / kBytesPerNode));
  }

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
        return push_text(parse_string_literal(reader_.line())), true;
      case Op::binstring:
        return push_text(ascii(reader_.take(reader_.little_endian(4)))), true;
      case Op::short_binstring:
        return push_text(ascii(reader_.take(reader_.little_endian(1)))), true;
      case Op::unicode_line:
        return push_text(parse_raw_unicode(reader_.line())), true;
      case Op::short_binunicode:
        return push_wire(reader_.take(reader_.little_endian(1))), true;
      case Op::binunicode:
        return push_wire(reader_.take(reader_.little_endian(4))), true;
      case Op::binunicode8:
        return push_wire(reader_.take(reader_.little_endian(8))), true;
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
        return push_list({}), true;
      case Op::list:
      case Op::frozenset:
        return push_list(pop_to_mark()), true;
      case Op::append:
        return append({pop()}), true;
      case Op::appends:
      case Op::additems:
        return append(pop_to_mark()), true;
      case Op::empty_tuple:
        return push_tuple(0), true;
      case Op::tuple1:
        return push_tuple(1), true;
      case Op::tuple2:
        return push_tuple(2), true;
      case Op::tuple3:
        return push_tuple(3), true;
      case Op::tuple:
        return push_tuple(take_mark()), true;
      case Op::empty_dict:
        return push_dict(), true;
      case Op::dict: {
        const auto items = pop_to_mark();
        push_dict();
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
    if (nodes_.all.size() >= limits_.values) throw Malformed{"more values than a message may hold"};
    nodes_.all.push_back(Node{content});
    push_again(static_cast<NodeId>(nodes_.all.size() - 1));
  }

  void push_text(std::string text) {
    nodes_.texts.push_back(std::move(text));
    push(std::string_view(nodes_.texts.back()));
  }

  // Most texts mean themselves.
  void push_wire(std::string_view wire) {
    is_ascii(wire) ? push(wire) : push_text(from_wire(wire));
  }

  void push_list(std::vector<NodeId> items) {
    nodes_.lists.push_back(std::move(items));
    push(ListRef{static_cast<uint32_t>(nodes_.lists.size() - 1)});
  }

  void push_dict() {
    nodes_.dicts.emplace_back();
    push(DictRef{static_cast<uint32_t>(nodes_.dicts.size() - 1)});
  }

  // Of the topmost nodes, which it takes away.
  void push_tuple(size_t count) {
    need(count);
    auto& items = nodes_.tuple_items;
    const TupleRef tuple{static_cast<uint32_t>(items.size()), static_cast<uint32_t>(count)};
    items.insert(items.end(), stack_.end() - static_cast<ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    push(tuple);
  }

  void push_again(NodeId id) {
    if (stack_.size() >= limits_.values) throw Malformed{"more values than a message may hold"};
    stack_.push_back(id);
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
    need(count);
    return pop_from(stack_.size() - count);
  }

  void need(size_t count) const {
    if (stack_.size() - floor() < count) throw Malformed{"unpickling stack underflow"};
  }

  std::vector<NodeId> pop_to_mark() { return pop_from(stack_.size() - take_mark()); }

  // How many nodes stand behind the last mark, which is gone then.
  size_t take_mark() {
    if (marks_.empty()) throw Malformed{"could not find MARK"};
    const size_t begin = marks_.back();
    marks_.pop_back();
    return stack_.size() - begin;
  }

  void append(const std::vector<NodeId>& items) {
    const auto* list = nodes_.get<ListRef>(top());
    if (list == nullptr) throw Malformed{"append to what is no list"};
    count_links(items.size());
    auto& grown = nodes_.lists[list->index];
    grown.insert(grown.end(), items.begin(), items.end());
  }

  void set_items(const std::vector<NodeId>& items) {
    const auto* mapping = nodes_.get<DictRef>(top());
    if (mapping == nullptr) throw Malformed{"item for what is no dictionary"};
    if (items.size() % 2 != 0) throw Malformed{"odd number of items for DICT"};
    count_links(items.size());
    for (size_t i = 0; i < items.size(); i += 2)
      nodes_.dicts[mapping->index].emplace_back(items[i], items[i + 1]);
  }

  // Appending what was got from the memo makes containers grow without new nodes.
  void count_links(size_t more) {
    links_ += more;
    if (links_ > limits_.values) throw Malformed{"more values than a message may hold"};
  }

  void remember(uint64_t index) {
    const NodeId id = top();
    if (index >= limits_.values) throw Malformed{"memo index too large"};
    if (index == memo_.size()) {
      memo_.push_back(kNoNode);
    } else if (index > memo_.size()) {
      memo_.resize(index + 1, kNoNode);
    }
    if (memo_[index] == kNoNode) ++memoized_;
    memo_[index] = id;
  }

  void recall(uint64_t index) {
    if (index >= memo_.size() || memo_[index] == kNoNode) {
      throw Malformed{"Memo value not found at index " + std::to_string(index)};
    }
    push_again(memo_[index]);
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
    const auto* module = nodes_.get<std::string_view>(items[0]);
    const auto* name = nodes_.get<std::string_view>(items[1]);
    if (module == nullptr || name == nullptr) throw Malformed{"STACK_GLOBAL requires str"};
    push_class(*module, *name);
  }

  void call() {
    const NodeId args = pop();
    const auto* callee = nodes_.get<Class>(pop());
    if (callee == nullptr) throw Malformed{"REDUCE of what is no class"};
    if (nodes_.get<TupleRef>(args) == nullptr) throw Malformed{"argument list must be a tuple"};
    push(Call{*callee, args});
  }

  // The attributes of an exception beside its arguments: nobody reads them.
  void build() {
    pop();
    if (nodes_.get<Call>(top()) == nullptr) throw Malformed{"BUILD of what is no exception"};
  }

  PickleReader reader_;
  const Limits& limits_;
  Nodes nodes_;
  std::vector<NodeId> stack_;
  std::vector<size_t> marks_;
  std::vector<NodeId> memo_;
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
