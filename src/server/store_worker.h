// StoreWorker: the ban database on a thread of its own.
//
// Called on the loop's thread; work runs on the worker's thread in the order given, results are
// posted back. The store and its queue never leave that thread. Without a database writes vanish
// and reads find nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "store/ban_store.h"
#include "store/change.h"
#include "sys/clock.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::server {

class StoreWorker {
 public:
  // All lent.
  StoreWorker(boost::asio::io_context& loop, base::LogSink& log, const sys::Clock& clock);
  ~StoreWorker();  // writes what waits, closes
  StoreWorker(const StoreWorker&) = delete;
  StoreWorker& operator=(const StoreWorker&) = delete;

  // A path, ":memory:" or "None"; what was open before is closed. The settings go with it.
  void open(const std::string& file, std::function<void(base::Result<void>)> done);
  // As given to open(); nothing while there is none.
  const std::optional<std::string>& file() const { return file_; }

  void set_settings(const store::Settings& settings);
  const store::Settings& settings() const { return settings_; }

  // `done` is called when the changes are on disk, or when it is clear that they have to wait for
  // it. What comes while the thread is writing is written together next.
  void write(std::vector<store::Change> changes, std::function<void()> done = {});

  // Runs `question` on the worker's thread, after the writes before it, and brings the answer back.
  template <class Answer>
  void ask(std::function<Answer(store::BanStore&)> question, std::function<void(Answer)> done) {
    auto answer = std::make_shared<Answer>();
    run([question = std::move(question),
         answer](store::BanStore& store) { *answer = question(store); },
        [answer, done = std::move(done)] { done(std::move(*answer)); });
  }

 private:
  class Impl;

  // Sends what has been kept back.
  void write_waiting();
  // `work` is skipped when there is no database.
  void run(std::function<void(store::BanStore&)> work, std::function<void()> done);

  std::unique_ptr<Impl> impl_;
  std::optional<std::string> file_;
  store::Settings settings_;
  std::vector<store::Change> waiting_;  // kept back until the thread has written what it has
  std::vector<std::function<void()>> waiting_done_;
  bool writing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gaoler::server
