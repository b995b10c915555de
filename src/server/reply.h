// Replies of commands: a value, or an exception of the classes that fail2ban's clients know.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "protocol/value.h"

namespace gaoler::server {

// Called exactly once per command, at once or later from the loop.
using ReplyDone = std::function<void(protocol::Reply)>;

inline protocol::Reply ok(protocol::Value value = {}) {
  return {0, std::move(value)};
}

// `name` of a class in builtins: "ValueError", "Exception", ...
protocol::Reply failure(std::string_view name, std::string_view text);
protocol::Reply unknown_jail(std::string_view jail);
protocol::Reply duplicate_jail(std::string_view jail);
protocol::Reply server_is_stopping();
protocol::Reply bad_regex(std::string_view text);
protocol::Reply no_file(int error_number, const std::string& path);
protocol::Reply too_few_words();

// The words of a command; text() is what Python's str() makes of a word.
class Words {
 public:
  explicit Words(const protocol::Command& command, size_t from = 0)
      : command_(command), from_(from) {}

  size_t size() const { return command_.size() > from_ ? command_.size() - from_ : 0; }
  const protocol::Value& value(size_t index) const { return command_[from_ + index]; }
  std::string text(size_t index) const;
  Words from(size_t index) const { return Words(command_, from_ + index); }
  std::vector<std::string> texts() const;

 private:
  const protocol::Command& command_;
  size_t from_;
};

}  // namespace gaoler::server
