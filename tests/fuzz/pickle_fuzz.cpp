// The control socket's door: any bytes as a stream of messages, each read as a command and as a
// reply. What is read is written, read again and must be the same; and it must print.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/frame.h"
#include "protocol/pickle.h"
#include "protocol/repr.h"

namespace {

using namespace gaoler::protocol;

// Small, so that the fuzzer finds the limits too.
constexpr Limits kLimits{.values = 2000, .text_bytes = 20000, .depth = 20};

void read_message(std::string_view message) {
  const auto value = decode(message, kLimits);
  (void)decode_command(message, kLimits);
  (void)decode_reply(message, kLimits);
  if (!value) return;
  const std::string printed = repr(*value);
  (void)pretty(*value, {40, 2});
  const auto again = decode(encode(*value));
  // By their print: a NaN is not equal to itself.
  if (!again || repr(*again) != printed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_message(bytes);
  FrameSplitter splitter(1000);
  splitter.feed(bytes.substr(0, size / 2));
  splitter.feed(bytes.substr(size / 2));
  while (true) {
    const auto message = splitter.next();
    if (!message || !*message) return 0;
    read_message(**message);
  }
}
