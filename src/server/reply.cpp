#include "server/reply.h"

#include <cerrno>
#include <cstring>

#include "protocol/repr.h"

namespace gaoler::server {
namespace {

protocol::Reply exception(std::string_view module, std::string_view name,
                          std::string_view argument) {
  return {1,
          protocol::Exception{std::string(module), std::string(name), {protocol::Value(argument)}}};
}

}  // namespace

protocol::Reply failure(std::string_view name, std::string_view text) {
  return exception("builtins", name, text);
}

protocol::Reply unknown_jail(std::string_view jail) {
  return exception("fail2ban.exceptions", "UnknownJailException", jail);
}

protocol::Reply duplicate_jail(std::string_view jail) {
  return exception("fail2ban.exceptions", "DuplicateJailException", jail);
}
protocol::Reply server_is_stopping() {
  return failure("Exception", "the server is stopping");
}

protocol::Reply bad_regex(std::string_view text) {
  return exception("fail2ban.server.failregex", "RegexException", text);
}

protocol::Reply no_file(int error_number, const std::string& path) {
  const char* name = error_number == ENOENT   ? "FileNotFoundError"
                     : error_number == EACCES ? "PermissionError"
                     : error_number == EISDIR ? "IsADirectoryError"
                                              : "OSError";
  return {1,
          protocol::Exception{"builtins", name, {error_number, std::strerror(error_number), path}}};
}

protocol::Reply too_few_words() {
  return failure("IndexError", "list index out of range");
}

std::string Words::text(size_t index) const {
  return protocol::str(value(index));
}

std::vector<std::string> Words::texts() const {
  std::vector<std::string> all;
  for (size_t i = 0; i < size(); ++i) all.push_back(text(i));
  return all;
}

}  // namespace gaoler::server
