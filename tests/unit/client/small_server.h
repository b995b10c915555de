// A server of a few lines for tests of the client: a real socket, answers from a function.
#pragma once

#include <functional>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "protocol/frame.h"
#include "protocol/pickle.h"
#include "protocol/repr.h"
#include "sys/fd.h"

namespace gaoler::test {

class SmallServer {
 public:
  // What the server sends for a command, as it goes over the wire; nothing closes the connection.
  using Answer = std::function<std::string(const protocol::Command&)>;

  explicit SmallServer(Answer answer) : answer_(std::move(answer)) {
    if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = directory_ + "/socket";
    listening_.reset(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening_.get(), 8) != 0) {
      throw std::runtime_error("cannot listen");
    }
    thread_ = std::thread([this] { serve(); });
  }

  ~SmallServer() {
    ::shutdown(listening_.get(), SHUT_RDWR);
    thread_.join();
    ::unlink(path_.c_str());
    ::rmdir(directory_.c_str());
  }

  const std::string& path() const { return path_; }

  // Commands and good-byes in order of arrival; read when the client is done.
  std::vector<std::string> heard() {
    ::shutdown(listening_.get(), SHUT_RDWR);
    thread_.join();
    thread_ = std::thread([] {});
    return heard_;
  }

  static std::string reply(int code, const protocol::Value& value) {
    return protocol::frame(protocol::encode(protocol::Reply{code, value}));
  }

 private:
  void serve() {
    while (true) {
      const sys::Fd client(::accept(listening_.get(), nullptr, nullptr));
      if (!client) return;
      talk(client);
    }
  }

  void talk(const sys::Fd& client) {
    protocol::FrameSplitter incoming;
    std::string buffer(1000, '\0');
    while (true) {
      const auto message = incoming.next();
      if (message && *message) {
        if (!answer_one(client, **message)) return;
        continue;
      }
      const ssize_t got = ::read(client.get(), buffer.data(), buffer.size());
      if (got <= 0) return;
      incoming.feed(std::string_view(buffer).substr(0, static_cast<size_t>(got)));
    }
  }

  bool answer_one(const sys::Fd& client, const std::string& message) {
    const auto command = protocol::decode_command(message);
    heard_.push_back(command ? protocol::repr(*command) : message);
    if (!command) return false;
    const std::string bytes = answer_(*command);
    // In small pieces, so that the client has to put them together.
    for (size_t at = 0; at < bytes.size(); at += 7) {
      if (::send(client.get(), bytes.data() + at, std::min<size_t>(7, bytes.size() - at),
                 MSG_NOSIGNAL) < 0)
        break;
    }
    return !bytes.empty();
  }

  Answer answer_;
  std::string directory_ = "/tmp/gaoler-client-XXXXXX";
  std::string path_;
  sys::Fd listening_;
  std::thread thread_;
  std::vector<std::string> heard_;
};

}  // namespace gaoler::test
