#include "store/change_queue.h"

#include <algorithm>
#include <iterator>

namespace gaoler::store {
namespace {

constexpr std::string_view kLogger = "fail2ban.database";

bool is_log(const Change& change) {
  return std::holds_alternative<UpdateLog>(change) || std::holds_alternative<AddLog>(change);
}

}  // namespace

void ChangeQueue::push(Change change) {
  waiting_.push_back(std::move(change));
  if (waiting_.size() > kMaxWaiting) make_room();
}

void ChangeQueue::push(std::vector<Change> changes) {
  for (Change& change : changes) push(std::move(change));
}

bool ChangeQueue::flush(base::UnixTime now) {
  if (waiting_.empty()) return true;
  // A clock that was set back must not keep us waiting.
  const bool too_soon = in_trouble_ && now < next_try_ && next_try_ - now <= kLastRetry;
  return !too_soon && flush_now(now);
}

bool ChangeQueue::flush_now(base::UnixTime now) {
  while (!waiting_.empty()) {
    const size_t count = std::min(waiting_.size(), kMaxBatch);
    Written written = write_front(count);
    if (written.state == Written::State::refused) written = write_one_by_one(count);
    if (!written.ok()) {
      failed(written, now);
      return false;
    }
  }
  recovered();
  return true;
}

std::optional<base::UnixTime> ChangeQueue::next_try() const {
  if (waiting_.empty()) return std::nullopt;
  return in_trouble_ ? next_try_ : 0;
}

// Takes the changes out when they are written; otherwise they stay.
Written ChangeQueue::write_front(size_t count) {
  std::vector<Change> batch(std::make_move_iterator(waiting_.begin()),
                            std::make_move_iterator(waiting_.begin() + static_cast<long>(count)));
  const Written written = store_.write(batch);
  if (written.ok()) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<long>(count));
  } else {
    std::move(batch.begin(), batch.end(), waiting_.begin());
  }
  return written;
}

// One change of the batch can never be written: it is dropped, the others must not wait for it.
Written ChangeQueue::write_one_by_one(size_t count) {
  for (; count > 0; --count) {
    const Written written = write_front(1);
    if (written.state == Written::State::later) return written;
    if (written.state == Written::State::refused) {
      log_.write(base::LogLevel::error, kLogger, written.message + "; this change is dropped");
      waiting_.pop_front();
      ++dropped_;
    }
  }
  return {};
}

void ChangeQueue::failed(const Written& written, base::UnixTime now) {
  retry_after_ = in_trouble_ ? std::min(retry_after_ * 2, kLastRetry) : kFirstRetry;
  next_try_ = now + retry_after_;
  if (in_trouble_) return;
  in_trouble_ = true;
  log_.write(base::LogLevel::error, kLogger,
             written.message +
                 "; bans go on, what is to be stored waits in memory and is tried "
                 "again at least every minute");
}

void ChangeQueue::recovered() {
  if (!in_trouble_) return;
  in_trouble_ = false;
  std::string text = "The database can be written again, what waited is stored";
  if (dropped_ > 0) text += "; " + std::to_string(dropped_) + " change(s) were lost";
  log_.write(base::LogLevel::notice, kLogger, text);
  dropped_ = 0;
}

void ChangeQueue::make_room() {
  const auto log = std::find_if(waiting_.begin(), waiting_.end(), is_log);
  waiting_.erase(log != waiting_.end() ? log : waiting_.begin());
  ++dropped_;
}

}  // namespace gaoler::store
