#include "protocol/frame.h"

#include <algorithm>
#include <utility>

namespace gaoler::protocol {

std::string frame(std::string content) {
  content += kEndOfMessage;
  return content;
}

base::Result<std::optional<std::string>> FrameSplitter::next() {
  const size_t end = buffer_.find(kEndOfMessage, searched_);
  const size_t size = (end == std::string::npos ? buffer_.size() : end) - begin_;
  if (size > max_bytes_) {
    return base::Error{"message of more than " + std::to_string(max_bytes_) + " bytes, refused"};
  }
  if (end != std::string::npos) {
    begin_ = searched_ = end + kEndOfMessage.size();
    if (begin_ < buffer_.size()) return std::optional(buffer_.substr(end - size, size));
    // The last one, and most often the only one: long messages are not copied.
    std::string message = std::exchange(buffer_, {});
    message.resize(end);
    message.erase(0, end - size);
    begin_ = searched_ = 0;
    return std::optional(std::move(message));
  }
  buffer_.erase(0, begin_);
  begin_ = 0;
  searched_ = buffer_.size() - std::min(buffer_.size(), kEndOfMessage.size() - 1);
  return std::optional<std::string>();
}

}  // namespace gaoler::protocol
