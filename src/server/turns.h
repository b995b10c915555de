// Turns: one at a time among all jails, in the order of asking.
//
// For work on what jails share: one that takes down a table because nothing is left in it must not
// do so while another one puts its set into it. The next turn begins in a turn of the loop of its
// own. One thread: the loop's.
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace gaoler::server {

class Turns {
 public:
  // The turn lasts as long as this lives.
  using Token = std::shared_ptr<void>;

  explicit Turns(boost::asio::io_context& loop);  // lent
  ~Turns();                                       // who waits is not called any more

  // `use` may be called at once.
  void ask(std::function<void(Token)> use);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gaoler::server
