#include "server/turns.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <utility>

namespace gaoler::server {

struct Turns::State : std::enable_shared_from_this<State> {
  explicit State(boost::asio::io_context& io) : loop(io) {}

  Token token() {
    taken = true;
    return {this, [weak = weak_from_this()](void*) {
              if (const auto self = weak.lock()) self->pass_on_later();
            }};
  }

  void pass_on_later() {
    boost::asio::post(loop, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->pass_on();
    });
  }

  void pass_on() {
    taken = false;
    if (waiting.empty()) return;
    const auto next = std::move(waiting.front());
    waiting.pop_front();
    next(token());
  }

  boost::asio::io_context& loop;
  bool taken = false;
  std::deque<std::function<void(Token)>> waiting;
};

Turns::Turns(boost::asio::io_context& loop) : state_(std::make_shared<State>(loop)) {}
Turns::~Turns() = default;

void Turns::ask(std::function<void(Token)> use) {
  if (!state_->taken) return use(state_->token());
  state_->waiting.push_back(std::move(use));
}

}  // namespace gaoler::server
