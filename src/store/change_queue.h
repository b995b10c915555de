// ChangeQueue: changes on their way into a BanStore; nothing is lost while it cannot write.
//
// Lives on the store's thread. What cannot be written now (disk full, locked, read-only) waits in
// order and is tried again, at first soon and then ever less often. The queue is bounded: beyond
// kMaxWaiting the oldest positions of logs go first (newer ones replace them), then the oldest
// bans, and that is counted. Trouble is reported once, and once when it is over.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "store/ban_store.h"

namespace gaoler::store {

class ChangeQueue {
 public:
  static constexpr size_t kMaxWaiting = 20'000;
  static constexpr size_t kMaxBatch = 1'000;  // changes per transaction
  static constexpr base::Seconds kFirstRetry = 1;
  static constexpr base::Seconds kLastRetry = 60;

  // Both are lent and must outlive the queue.
  ChangeQueue(BanStore& store, base::LogSink& log) : store_(store), log_(log) {}

  void push(Change change);
  void push(std::vector<Change> changes);

  // Writes what waits, unless the last failure is too fresh. Returns whether nothing waits any
  // more.
  bool flush(base::UnixTime now);
  // Before closing: one last try, whatever the last failure's age.
  bool flush_now(base::UnixTime now);
  // When flush() should be called again; nothing while nothing waits.
  std::optional<base::UnixTime> next_try() const;

  size_t waiting() const { return waiting_.size(); }
  size_t dropped() const { return dropped_; }  // since trouble began

 private:
  Written write_front(size_t count);
  Written write_one_by_one(size_t count);
  void failed(const Written& written, base::UnixTime now);
  void recovered();
  void make_room();

  BanStore& store_;
  base::LogSink& log_;
  std::deque<Change> waiting_;
  size_t dropped_ = 0;
  bool in_trouble_ = false;
  base::Seconds retry_after_ = kFirstRetry;
  base::UnixTime next_try_ = 0;
};

}  // namespace gaoler::store
