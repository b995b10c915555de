// Value: the Python-shaped data that commands, replies and the configuration stream are made of.
//
// Plain data, copied by value; no behaviour beyond construction and comparison. Printing it as
// Python would is protocol/repr.h, putting it on the wire protocol/pickle.h. Dictionaries keep the
// order of insertion, as Python's do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace gaoler::protocol {

class Value;

struct List {
  std::vector<Value> items;
};

struct Tuple {
  std::vector<Value> items;
};

struct Dict {
  std::vector<std::pair<Value, Value>> items;
};

// A Python exception by class and arguments: what the server answers with when a command fails.
struct Exception {
  std::string module;  // "builtins", "fail2ban.exceptions", "fail2ban.server.failregex"
  std::string name;    // "ValueError", "UnknownJailException", ...
  std::vector<Value> args;
};

// How a Value holds one: apart, because it is rare and larger than all others.
struct BoxedException {
  std::shared_ptr<const Exception> content;
};

// An address in a reply. A string to every reader, but on the wire fail2ban sends str(address) as a
// call of builtins.str, and clients that read opcodes literally rely on that.
struct Address {
  std::string text;
};

class Value {
 public:
  using Data = std::variant<std::monostate, bool, int64_t, double, std::string, List, Tuple, Dict,
                            BoxedException, Address>;

  Value() = default;  // None
  Value(bool value) : data_(value) {}
  Value(int value) : data_(int64_t{value}) {}
  Value(int64_t value) : data_(value) {}
  Value(size_t value) : data_(static_cast<int64_t>(value)) {}
  Value(double value) : data_(value) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(List list) : data_(std::move(list)) {}
  Value(Tuple tuple) : data_(std::move(tuple)) {}
  Value(Dict dict) : data_(std::move(dict)) {}
  Value(Exception exception)
      : data_(BoxedException{std::make_shared<const Exception>(std::move(exception))}) {}
  Value(Address address) : data_(std::move(address)) {}

  const Data& data() const { return data_; }
  Data& data() { return data_; }

  bool is_none() const { return std::holds_alternative<std::monostate>(data_); }
  // The content if it is of that type, else nullptr. An exception can't be changed.
  template <class T>
  const T* get() const {
    if constexpr (std::is_same_v<T, Exception>) {
      const auto* boxed = std::get_if<BoxedException>(&data_);
      return boxed ? boxed->content.get() : nullptr;
    } else {
      return std::get_if<T>(&data_);
    }
  }
  template <class T>
  auto* get() {
    if constexpr (std::is_same_v<T, Exception>) {
      return std::as_const(*this).template get<T>();
    } else {
      return std::get_if<T>(&data_);
    }
  }

  friend bool operator==(const Value&, const Value&);

 private:
  Data data_;
};

bool operator==(const List& a, const List& b);
bool operator==(const Tuple& a, const Tuple& b);
bool operator==(const Dict& a, const Dict& b);
bool operator==(const Exception& a, const Exception& b);
bool operator==(const BoxedException& a, const BoxedException& b);
bool operator==(const Address& a, const Address& b);

// One request: its words, the first of which names it ("set", "status", ...).
using Command = std::vector<Value>;

// What the server says to a command: code 0 and a value, or code 1 and an exception.
struct Reply {
  int code = 0;
  Value value;
};

}  // namespace gaoler::protocol
