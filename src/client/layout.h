// Layouts: what the client prints for a reply, as fail2ban 1.1.
//
// Pure text: command and reply in, lines out, without a final newline. Scripts cut these texts
// apart (tabs and tree characters included), so they are an interface. Any thread.
#pragma once

#include <string>

#include "protocol/value.h"

namespace gaoler::client {

struct Layout {
  std::string text;
  // False if the reply does not have the shape that the command's layout is made for; text is then
  // its raw form.
  bool fits = true;
};

Layout layout(const protocol::Command& command, const protocol::Value& reply);

// The text for a reply of code 1.
std::string layout_error(const protocol::Value& exception);

}  // namespace gaoler::client
