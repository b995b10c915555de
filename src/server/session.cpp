#include "server/session.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <utility>

#include "protocol/frame.h"
#include "protocol/pickle.h"
#include "server/command_table.h"
#include "server/server.h"

namespace gaoler::server {
namespace {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;

constexpr std::string_view kLogger = "fail2ban.asyncserver";

// What all sessions hold together.
struct Load {
  size_t sessions = 0;
  size_t bytes = 0;  // of requests that are not whole yet
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Server& server, Socket socket, std::shared_ptr<Load> load)
      : server_(server),
        socket_(std::move(socket)),
        load_(std::move(load)),
        patience_(server.loop()) {
    ++load_->sessions;
  }
  ~Session() {
    --load_->sessions;
    load_->bytes -= counted_;
  }

  // Answers what has come in whole, then waits for more.
  void next() {
    auto message = splitter_.next();
    count_bytes();
    if (load_->bytes > SessionListener::kMaxHeldBytes) {
      return refuse("too many bytes of unfinished requests, try again later", true);
    }
    if (!message) return refuse(message.error().message, true);
    if (!*message) return read();
    if (**message == protocol::kCloseMessage) return;
    auto command = protocol::decode_command(**message);
    if (!command) return refuse(command.error().message, false);
    if (server_.stopping()) return send(protocol::encode(protocol::List{{"SHUTDOWN"}}), true);
    execute(server_, std::move(*command), [self = shared_from_this()](protocol::Reply reply) {
      self->send(protocol::encode(reply), false);
    });
  }

 private:
  void read() {
    socket_.async_read_some(
        asio::buffer(buffer_),
        [self = shared_from_this()](boost::system::error_code error, size_t got) {
          if (error) return;  // gone, or closed its side with nothing left to answer
          self->splitter_.feed({self->buffer_.data(), got});
          self->next();
        });
  }

  void count_bytes() {
    load_->bytes += splitter_.held() - counted_;
    counted_ = splitter_.held();
  }

  // A request that cannot be read is answered with a bare text.
  void refuse(const std::string& reason, bool close) {
    server_.log().write(base::LogLevel::error, kLogger,
                        "PROTO-error: load message failed: " + reason);
    send(protocol::encode(protocol::Value("ERROR: " + reason)), close);
  }

  void send(std::string content, bool close) {
    outgoing_ = protocol::frame(std::move(content));
    asio::async_write(socket_, asio::buffer(outgoing_),
                      [self = shared_from_this(), close](boost::system::error_code error, size_t) {
                        self->patience_.cancel();
                        self->outgoing_ = {};
                        if (error) return;
                        close ? self->leave() : self->next();
                      });
    expect_progress();  // who does not read its answer is left
  }

  // A socket closed with something unread in it would take the last answer along.
  void leave() {
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    splitter_ = protocol::FrameSplitter();
    count_bytes();
    expect_progress();
    drain();
  }

  void drain() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](boost::system::error_code error, size_t) {
                              error ? static_cast<void>(self->patience_.cancel()) : self->drain();
                            });
  }

  void expect_progress() {
    patience_.expires_after(SessionListener::kPatience);
    patience_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      boost::system::error_code ignored;
      if (!error && self) self->socket_.close(ignored);
    });
  }

  Server& server_;
  Socket socket_;
  std::shared_ptr<Load> load_;
  size_t counted_ = 0;  // this session's part of load_->bytes
  asio::steady_timer patience_;
  protocol::FrameSplitter splitter_;
  std::array<char, 16 * 1024> buffer_;
  std::string outgoing_;
};

}  // namespace

class SessionListener::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Server& server, sys::Fd listening)
      : server_(server),
        acceptor_(server.loop(), asio::local::stream_protocol(), listening.release()) {}

  void accept() {
    acceptor_.async_accept(
        [self = shared_from_this()](boost::system::error_code error, Socket socket) {
          if (error == asio::error::operation_aborted || !self->acceptor_.is_open()) return;
          if (!error && self->load_->sessions < kMaxSessions) {
            std::make_shared<Session>(self->server_, std::move(socket), self->load_)->next();
          }
          self->accept();
        });
  }

  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }

 private:
  Server& server_;
  asio::local::stream_protocol::acceptor acceptor_;
  std::shared_ptr<Load> load_ = std::make_shared<Load>();
};

SessionListener::SessionListener(Server& server, sys::Fd listening)
    : impl_(std::make_shared<Impl>(server, std::move(listening))) {
  impl_->accept();
}

SessionListener::~SessionListener() {
  stop();
}

void SessionListener::stop() {
  impl_->stop();
}

}  // namespace gaoler::server
