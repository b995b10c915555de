// Messages on the byte stream between client and server: each ends with a fixed word, there is no
// length in front.
//
// One splitter per connection; pieces go in as they arrive, whole messages come out in order. A
// message over the cap is an error for good: the connection is to be closed. No sockets here, one
// thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gaoler::protocol {

inline constexpr std::string_view kEndOfMessage = "<F2B_END_COMMAND>";
// The whole content of the message by which a client says that it leaves; it gets no reply.
inline constexpr std::string_view kCloseMessage = "<F2B_CLOSE_COMMAND>";
inline constexpr size_t kMaxMessageBytes = 64 * 1024 * 1024;

// content and terminator, ready to be sent.
std::string frame(std::string content);

class FrameSplitter {
 public:
  explicit FrameSplitter(size_t max_bytes = kMaxMessageBytes) : max_bytes_(max_bytes) {}

  void feed(std::string_view bytes) { buffer_ += bytes; }

  // The next whole message without its terminator, or nothing until more bytes are fed.
  base::Result<std::optional<std::string>> next();

  // Bytes fed and not handed out.
  size_t held() const { return buffer_.size() - begin_; }

  // True if bytes of an unfinished message are held: at the end of the stream it was cut off.
  bool has_rest() const { return begin_ < buffer_.size(); }

 private:
  size_t max_bytes_;
  std::string buffer_;
  size_t begin_ = 0;     // of the first message not yet handed out
  size_t searched_ = 0;  // no terminator starts before here
};

}  // namespace gaoler::protocol
