#include <bit>
#include <map>

#include "protocol/pickle.h"
#include "protocol/pickle_opcodes.h"
#include "protocol/unicode.h"

namespace gaoler::protocol {
namespace {

constexpr int kProtocol = 5;
constexpr size_t kBatch = 1000;             // items per APPENDS or SETITEMS
constexpr size_t kFrameTarget = 64 * 1024;  // a frame ends once it holds this much
constexpr size_t kSmallestFrame = 4;        // shorter ones are written without a frame header
constexpr size_t kFrameHeader = 9;

// The output cut into frames the way CPython does it. A frame opens with the first byte after the
// last one closed.
class FrameWriter {
 public:
  FrameWriter() {
    out_ += static_cast<char>(Op::proto);
    out_ += static_cast<char>(kProtocol);
  }

  void op(Op code) { byte(static_cast<uint8_t>(code)); }

  void byte(uint8_t value) {
    open();
    out_ += static_cast<char>(value);
  }

  void little_endian(uint64_t value, int bytes) {
    open();
    append_little_endian(value, bytes);
  }

  void bytes(std::string_view data) {
    open();
    out_ += data;
  }

  // Data of a frame's size or more stands outside of frames, with its opcode.
  void long_text(Op code, std::string_view data, int length_bytes) {
    if (data.size() < kFrameTarget) {
      op(code);
      little_endian(data.size(), length_bytes);
      bytes(data);
      return;
    }
    close();
    out_ += static_cast<char>(code);
    append_little_endian(data.size(), length_bytes);
    out_ += data;
  }

  void between_values() {
    if (start_ != kClosed && out_.size() - start_ - kFrameHeader >= kFrameTarget) close();
  }

  std::string take() {
    close();
    return std::move(out_);
  }

 private:
  static constexpr size_t kClosed = std::string::npos;

  void open() {
    if (start_ != kClosed) return;
    start_ = out_.size();
    out_.append(kFrameHeader, '\0');
  }

  void close() {
    if (start_ == kClosed) return;
    const size_t length = out_.size() - start_ - kFrameHeader;
    if (length >= kSmallestFrame) {
      out_[start_] = static_cast<char>(Op::frame);
      for (size_t i = 0; i < 8; ++i)
        out_[start_ + 1 + i] = static_cast<char>(length >> (8 * i) & 0xff);
    } else {
      out_.erase(start_, kFrameHeader);
    }
    start_ = kClosed;
  }

  void append_little_endian(uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out_ += static_cast<char>(value >> (8 * i) & 0xff);
  }

  std::string out_;
  size_t start_ = kClosed;  // of the open frame
};

class Encoder {
 public:
  std::string run(const Value& value) {
    save(value);
    return end();
  }

  // As a tuple of both, without copying what may be a list of 100,000 addresses into one.
  std::string run(const Reply& reply) {
    writer_.between_values();
    save(Value(reply.code));
    save(reply.value);
    writer_.op(Op::tuple2);
    memoize();
    return end();
  }

 private:
  std::string end() {
    writer_.op(Op::stop);
    return writer_.take();
  }

  void save(const Value& value) {
    writer_.between_values();
    std::visit([this](const auto& content) { save_content(content); }, value.data());
  }

  void save_content(std::monostate) { writer_.op(Op::none); }
  void save_content(bool value) { writer_.op(value ? Op::newtrue : Op::newfalse); }

  void save_content(int64_t value) {
    if (value >= 0 && value <= 0xff) {
      writer_.op(Op::binint1);
      writer_.byte(static_cast<uint8_t>(value));
    } else if (value >= 0 && value <= 0xffff) {
      writer_.op(Op::binint2);
      writer_.little_endian(static_cast<uint64_t>(value), 2);
    } else if (value >= INT32_MIN && value <= INT32_MAX) {
      writer_.op(Op::binint);
      writer_.little_endian(static_cast<uint64_t>(value), 4);
    } else {
      save_long(value);
    }
  }

  // As few bytes as keep the sign.
  void save_long(int64_t value) {
    int bytes = 8;
    while (bytes > 1 && value >> (8 * bytes - 9) == (value < 0 ? -1 : 0)) --bytes;
    writer_.op(Op::long1);
    writer_.byte(static_cast<uint8_t>(bytes));
    writer_.little_endian(static_cast<uint64_t>(value), bytes);
  }

  void save_content(double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    writer_.op(Op::binfloat);
    for (int shift = 56; shift >= 0; shift -= 8) writer_.byte(static_cast<uint8_t>(bits >> shift));
  }

  void save_content(const std::string& text) { save_text(text); }

  void save_text(std::string_view text) {
    if (recall(texts_, text)) return;
    texts_.emplace(text, memoized_);
    save_new_text(text);
  }

  void save_new_text(std::string_view text) {
    if (is_ascii(text)) return save_wire(text);
    save_wire(escape_bytes(text));
  }

  void save_wire(std::string_view wire) {
    if (wire.size() <= 0xff) {
      writer_.op(Op::short_binunicode);
      writer_.byte(static_cast<uint8_t>(wire.size()));
      writer_.bytes(wire);
    } else if (wire.size() <= 0xffffffff) {
      writer_.long_text(Op::binunicode, wire, 4);
    } else {
      writer_.long_text(Op::binunicode8, wire, 8);
    }
    memoize();
  }

  void save_content(const List& list) {
    writer_.op(Op::empty_list);
    memoize();
    if (list.items.size() == 1) {
      save(list.items.front());
      writer_.op(Op::append);
      return;
    }
    for (size_t begin = 0; begin < list.items.size(); begin += kBatch) {
      writer_.op(Op::mark);
      for (size_t i = begin; i < std::min(begin + kBatch, list.items.size()); ++i)
        save(list.items[i]);
      writer_.op(Op::appends);
    }
  }

  void save_content(const Dict& dict) {
    writer_.op(Op::empty_dict);
    memoize();
    const auto save_pair = [this](const auto& pair) {
      save(pair.first);
      save(pair.second);
    };
    if (dict.items.size() == 1) {
      save_pair(dict.items.front());
      writer_.op(Op::setitem);
      return;
    }
    if (dict.items.empty()) return;
    // CPython only learns that it is done from a batch that is not full, so an empty one may
    // follow.
    for (size_t begin = 0; begin <= dict.items.size(); begin += kBatch) {
      writer_.op(Op::mark);
      for (size_t i = begin; i < std::min(begin + kBatch, dict.items.size()); ++i)
        save_pair(dict.items[i]);
      writer_.op(Op::setitems);
    }
  }

  void save_content(const Tuple& tuple) { save_tuple(tuple.items); }

  void save_tuple(const std::vector<Value>& items) {
    constexpr Op kShort[] = {Op::empty_tuple, Op::tuple1, Op::tuple2, Op::tuple3};
    if (items.size() > 3) writer_.op(Op::mark);
    for (const Value& item : items) save(item);
    writer_.op(items.size() > 3 ? Op::tuple : kShort[items.size()]);
    if (!items.empty()) memoize();
  }

  void save_content(const BoxedException& boxed) {
    const Exception& exception = *boxed.content;
    save_class({exception.module, exception.name});
    writer_.between_values();
    save_tuple(exception.args);
    writer_.op(Op::reduce);
    memoize();
  }

  void save_content(const Address& address) {
    save_class({"builtins", "str"});
    writer_.between_values();
    save_new_text(address.text);  // each address is a text of its own, in Python too
    writer_.op(Op::tuple1);
    memoize();
    writer_.op(Op::reduce);
    memoize();
  }

  using Class = std::pair<std::string_view, std::string_view>;  // module, name

  void save_class(const Class& named) {
    writer_.between_values();
    if (recall(classes_, named)) return;
    for (const std::string_view part : {named.first, named.second}) {
      writer_.between_values();
      save_text(part);
    }
    writer_.op(Op::stack_global);
    classes_.emplace(named, memoized_);
    memoize();
  }

  // Written before: only its number goes out.
  template <class Key>
  bool recall(const std::map<Key, size_t>& memo, const Key& key) {
    const auto known = memo.find(key);
    if (known == memo.end()) return false;
    if (known->second <= 0xff) {
      writer_.op(Op::binget);
      writer_.byte(static_cast<uint8_t>(known->second));
    } else {
      writer_.op(Op::long_binget);
      writer_.little_endian(known->second, 4);
    }
    return true;
  }

  // Every container takes a number too, though ours are never referred to again.
  void memoize() {
    writer_.op(Op::memoize);
    ++memoized_;
  }

  FrameWriter writer_;
  // Ordered maps: their keys may be text from logs, and no choice of it must make them slow. The
  // keys are views into the value being written.
  std::map<std::string_view, size_t> texts_;
  std::map<Class, size_t> classes_;
  size_t memoized_ = 0;
};

}  // namespace

std::string encode(const Value& value) {
  return Encoder().run(value);
}

std::string encode(const Reply& reply) {
  return Encoder().run(reply);
}

}  // namespace gaoler::protocol
