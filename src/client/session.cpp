#include "client/session.h"

#include <optional>

#include "protocol/pickle.h"

namespace gaoler::client {
namespace {

// The server is trusted more than the server trusts us: its lists of bans may be long.
constexpr protocol::Limits kReplyLimits{.values = 20'000'000, .text_bytes = 1u << 30, .depth = 64};

}  // namespace

base::Result<Session> Session::open(const std::string& socket, base::Seconds timeout) {
  auto connected = sys::UnixSocketClient::connect(socket, timeout);
  if (!connected) return connected.error();
  return Session(std::move(*connected));
}

Session::~Session() {
  // Nobody is left to be told about an error here.
  (void)socket_.send(protocol::frame(std::string(protocol::kCloseMessage)));
}

base::Result<protocol::Reply> Session::ask(const protocol::Command& command,
                                           base::Seconds timeout) {
  socket_.set_timeout(timeout);
  const auto sent = socket_.send(protocol::frame(protocol::encode(protocol::List{command})));
  if (!sent) return sent.error();
  while (true) {
    auto message = incoming_.next();
    if (!message) return message.error();
    if (*message) return protocol::decode_reply(**message, kReplyLimits);
    auto bytes = socket_.receive();
    if (!bytes) return bytes.error();
    incoming_.feed(*bytes);
  }
}

}  // namespace gaoler::client
