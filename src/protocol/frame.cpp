#include "protocol/frame.h"

#include <algorithm>

namespace gaoler::protocol {

std::string frame(std::string_view content) {
  std::string out;
  out.reserve(content.size() + kEndOfMessage.size());
  out += content;
  out += kEndOfMessage;
  return out;
}

base::Result<std::optional<std::string>> FrameSplitter::next() {
  const size_t end = buffer_.find(kEndOfMessage, searched_);
  const size_t size = (end == std::string::npos ? buffer_.size() : end) - begin_;
  if (size > max_bytes_) {
    return base::Error{"message of more than " + std::to_string(max_bytes_) + " bytes, refused"};
  }
  if (end != std::string::npos) {
    std::string message = buffer_.substr(begin_, size);
    begin_ = searched_ = end + kEndOfMessage.size();
    return std::optional(std::move(message));
  }
  buffer_.erase(0, begin_);
  begin_ = 0;
  searched_ = buffer_.size() - std::min(buffer_.size(), kEndOfMessage.size() - 1);
  return std::optional<std::string>();
}

}  // namespace gaoler::protocol
