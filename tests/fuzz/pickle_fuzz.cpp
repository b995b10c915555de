// The control socket's door: any bytes as a stream of messages, each read as a command and as a
// reply. What is read is written, read again and must be the same; and it must print. However the
// stream is cut, the messages are the same.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.h"
#include "protocol/frame.h"
#include "protocol/pickle.h"
#include "protocol/repr.h"

namespace {

using namespace gaoler::protocol;

// Small, so that the fuzzer finds the limits too.
constexpr Limits kLimits{.values = 2000, .text_bytes = 20000, .depth = 20};
constexpr size_t kMaxMessage = 1000;

// By their print: a NaN is not equal to itself.
bool is_same(const Value& a, const Value& b) {
  return a == b || repr(a) == repr(b);
}

void write_and_read(const Value& value) {
  (void)pretty(value, {40, 2});
  const std::string written = encode(value);
  const auto again = decode(written);
  require(again.ok() && is_same(*again, value));
  require(encode(*again) == written);
}

void write_and_read(const Reply& reply) {
  const auto again = decode_reply(encode(reply));
  require(again.ok() && again->code == reply.code && is_same(again->value, reply.value));
}

void read_message(std::string_view message) {
  if (const auto command = decode_command(message, kLimits)) (void)repr(*command);
  if (const auto reply = decode_reply(message, kLimits)) write_and_read(*reply);
  if (const auto value = decode(message, kLimits)) write_and_read(*value);
}

// The messages, and whether the stream broke off or went over the cap.
struct Messages {
  std::vector<std::string> whole;
  bool rest = false;
  bool refused = false;

  friend bool operator==(const Messages&, const Messages&) = default;
};

Messages split(std::string_view bytes, size_t piece) {
  FrameSplitter splitter(kMaxMessage);
  Messages messages;
  do {
    splitter.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (true) {
      auto message = splitter.next();
      messages.refused = !message.ok();
      if (messages.refused || !*message) break;
      messages.whole.push_back(std::move(**message));
    }
  } while (!bytes.empty() && !messages.refused);
  messages.rest = splitter.has_rest();
  return messages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_message(bytes);
  const Messages messages = split(bytes, size / 2 + 1);
  for (const std::string& message : messages.whole) read_message(message);
  if (!messages.refused) require(split(bytes, 7) == messages);
  return 0;
}
