#include "server/store_worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <iterator>
#include <pthread.h>
#include <utility>

#include "store/change_queue.h"
#include "store/sqlite_store.h"

namespace gaoler::server {
namespace {

namespace asio = boost::asio;

constexpr auto kTick = std::chrono::seconds(1);  // retries of what could not be written
constexpr base::Seconds kPurgeInterval = 60 * 60;

}  // namespace

class StoreWorker::Impl {
 public:
  Impl(asio::io_context& loop, base::LogSink& log, const sys::Clock& clock)
      : loop_(loop),
        log_(log),
        clock_(clock),
        work_(asio::make_work_guard(loop_)),
        timer_(thread_.get_executor()) {
    asio::post(thread_, [this] {
      pthread_setname_np(pthread_self(), "f2b/database");
      next_purge_ = clock_.now() + kPurgeInterval;
      tick();
    });
    work_.reset();
  }

  ~Impl() {
    asio::post(thread_, [this] {
      timer_.cancel();
      stopped_ = true;
      close();
    });
    thread_.join();
  }

  template <class Work>
  void post(Work work) {
    asio::post(thread_, std::move(work));
  }

  template <class Done>
  void answer(Done done) {
    asio::post(loop_, std::move(done));
  }

  base::Result<void> open(const std::string& file, const store::Settings& settings) {
    close();
    if (store::is_disabled(file)) return {};
    auto opened = store::open_sqlite({file, clock_.now(), &log_});
    if (!opened) return opened.error();
    store_ = std::move(*opened);
    apply(settings);
    queue_.emplace(*store_, log_);
    queue_->push(store::DisableJail{});
    queue_->flush(clock_.now());
    return {};
  }

  void apply(const store::Settings& settings) {
    if (!store_) return;
    store_->set_purge_age(settings.purge_age);
    store_->set_max_matches(settings.max_matches);
  }

  void write(std::vector<store::Change> changes) {
    if (!queue_) return;
    queue_->push(std::move(changes));
    queue_->flush(clock_.now());
  }

  void read(const std::function<void(store::BanStore&)>& work) {
    if (!store_) return;
    queue_->flush(clock_.now());
    work(*store_);
  }

 private:
  void close() {
    if (!store_) return;
    queue_->flush_now(clock_.now());
    queue_.reset();
    store_.reset();
  }

  void tick() {
    timer_.expires_after(kTick);
    timer_.async_wait([this](boost::system::error_code error) {
      if (error || stopped_) return;
      if (queue_) queue_->flush(clock_.now());
      if (queue_ && clock_.now() >= next_purge_) {
        next_purge_ = clock_.now() + kPurgeInterval;
        write({store::Purge{clock_.now()}});
      }
      tick();
    });
  }

  asio::io_context& loop_;
  base::LogSink& log_;
  const sys::Clock& clock_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::thread_pool thread_{1};
  // All below belongs to the thread.
  asio::steady_timer timer_;
  std::unique_ptr<store::BanStore> store_;
  std::optional<store::ChangeQueue> queue_;
  base::UnixTime next_purge_ = 0;
  bool stopped_ = false;
};

StoreWorker::StoreWorker(asio::io_context& loop, base::LogSink& log, const sys::Clock& clock)
    : impl_(std::make_unique<Impl>(loop, log, clock)) {}

StoreWorker::~StoreWorker() {
  write_waiting();
}

void StoreWorker::open(const std::string& file, std::function<void(base::Result<void>)> done) {
  write_waiting();
  impl_->post([this, file, settings = settings_, done = std::move(done)]() mutable {
    auto result = impl_->open(file, settings);
    impl_->answer([this, file, result = std::move(result), done = std::move(done)] {
      file_ = result.ok() && !store::is_disabled(file) ? std::optional(file) : std::nullopt;
      done(result);
    });
  });
}

void StoreWorker::set_settings(const store::Settings& settings) {
  settings_ = settings;
  write_waiting();
  impl_->post([this, settings] { impl_->apply(settings); });
}

void StoreWorker::write(std::vector<store::Change> changes, std::function<void()> done) {
  std::move(changes.begin(), changes.end(), std::back_inserter(waiting_));
  if (done) waiting_done_.push_back(std::move(done));
  if (!writing_) write_waiting();
}

void StoreWorker::write_waiting() {
  if (waiting_.empty() && waiting_done_.empty()) return;
  writing_ = true;
  impl_->post([this, changes = std::exchange(waiting_, {}),
               done = std::exchange(waiting_done_, {})]() mutable {
    impl_->write(std::move(changes));
    impl_->answer([this, alive = std::weak_ptr<bool>(alive_), done = std::move(done)] {
      if (!alive.expired()) {
        writing_ = false;
        write_waiting();
      }
      for (const auto& one : done) one();
    });
  });
}

void StoreWorker::run(std::function<void(store::BanStore&)> work, std::function<void()> done) {
  write_waiting();
  impl_->post([this, work = std::move(work), done = std::move(done)]() mutable {
    impl_->read(work);
    impl_->answer(std::move(done));
  });
}

}  // namespace gaoler::server
