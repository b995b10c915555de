#include "sys/nft_session.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>
#include <signal.h>
#include <thread>
#include <utility>

#include "sys/nft_command.h"
#include "sys/nft_overlaps.h"

namespace gaoler::sys {

namespace asio = boost::asio;

class NftSession::Worker {
 public:
  Worker(asio::io_context& loop, NftElements elements)
      : loop_(loop), overlaps_(std::move(elements)), thread_([this] { run_thread(); }) {}

  ~Worker() {
    queue_.stop();
    thread_.join();
  }

  // Runs `work` on the thread and gives what it returns to `handler` on the loop.
  template <class Work, class Handler>
  void post(Work work, Handler handler) {
    asio::post(queue_, [this, work = std::move(work), handler = std::move(handler),
                        pending = asio::make_work_guard(loop_)]() mutable {
      auto result = work();
      asio::post(loop_, [alive = std::weak_ptr<bool>(alive_), handler = std::move(handler),
                         result = std::move(result)]() mutable {
        if (!alive.expired()) handler(std::move(result));
      });
    });
  }

  Listed list(const NftElementChange& like) { return overlaps_.list(like); }

  std::vector<base::Result<void>> apply(const std::vector<NftElementChange>& changes) {
    auto outcomes = overlaps_.apply(changes);
    std::vector<base::Result<void>> results;
    results.reserve(changes.size());
    for (size_t i = 0; i < changes.size(); ++i) {
      results.push_back(outcomes[i].for_nft ? run_nft_command(changes[i].text())
                                            : std::move(outcomes[i].result));
    }
    return results;
  }

 private:
  void run_thread() {
    pthread_setname_np(pthread_self(), kThreadName);
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are the loop's business
    queue_.run();
  }

  asio::io_context& loop_;
  NftOverlaps overlaps_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  asio::io_context queue_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{queue_.get_executor()};
  std::thread thread_;
};

base::Result<std::unique_ptr<NftSession>> NftSession::open(asio::io_context& loop) {
  auto elements = NftElements::open();
  if (!elements) return elements.error();
  auto worker = std::make_unique<Worker>(loop, std::move(*elements));
  return std::unique_ptr<NftSession>(new NftSession(std::move(worker)));
}

NftSession::NftSession(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {}
NftSession::~NftSession() = default;

void NftSession::run(std::string command, CommandHandler handler) {
  worker_->post([command = std::move(command)] { return run_nft_command(command); },
                std::move(handler));
}

void NftSession::list(NftElementChange like, std::function<void(Listed)> handler) {
  worker_->post([worker = worker_.get(), like = std::move(like)] { return worker->list(like); },
                std::move(handler));
}

void NftSession::apply(std::vector<NftElementChange> changes, ElementHandler handler) {
  worker_->post(
      [worker = worker_.get(), changes = std::move(changes)] { return worker->apply(changes); },
      std::move(handler));
}

}  // namespace gaoler::sys
