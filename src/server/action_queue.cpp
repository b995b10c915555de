#include "server/action_queue.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gaoler::server {
namespace {

bool works_on_shared_things(const action::Step& step) {
  return step.text.find("nft") != std::string::npos;
}

}  // namespace

struct ActionQueue::Running {
  explicit Running(Job given) : job(std::move(given)) {}

  Job job;
  size_t next = 0;  // work to begin
  std::optional<action::Operation> operation;
  size_t steps = 0;    // of the current operation
  bool alone = false;  // begun while nothing was known to be started
  Turns::Token turn;   // of the current operation, if it needs one
  bool smooth = true;
};

void ActionQueue::push(Job job) {
  waiting_.push_back(std::move(job));
  pump();
}

bool ActionQueue::may_have_to_start(const Job& job) const {
  return !warm_ || std::any_of(job.works.begin(), job.works.end(), [](const Work& work) {
    return work.has_to_start && work.has_to_start();
  });
}

void ActionQueue::pump() {
  if (std::exchange(pumping_, true)) return;
  while (!waiting_.empty() && !barrier_running_) {
    const Job& next = waiting_.front();
    const bool overlaps = next.may_overlap && running_ < kMaxOverlap && !may_have_to_start(next);
    if (running_ > 0 && !overlaps) break;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    launch(std::move(job));
  }
  pumping_ = false;
}

void ActionQueue::launch(Job job) {
  ++running_;
  barrier_running_ = !job.may_overlap;
  if (barrier_running_ && !job.works.empty()) warm_ = false;
  auto running = std::make_shared<Running>(std::move(job));
  running->alone = may_have_to_start(running->job);
  next_work(running);
}

void ActionQueue::next_work(const std::shared_ptr<Running>& running) {
  if (running->next == running->job.works.size()) return finish(running);
  // What it has captured is of no more use.
  const auto begin = std::exchange(running->job.works[running->next].begin, nullptr);
  running->operation.emplace(begin());
  running->steps = 0;
  advance(running);
}

void ActionQueue::advance(const std::shared_ptr<Running>& running) {
  const action::Step* step = running->operation->step();
  if (step != nullptr) {
    if (++running->steps > 1) running->smooth = false;
    const bool more_than_elements = running->alone || running->steps > 1;
    if (running->turn || !more_than_elements || !works_on_shared_things(*step)) {
      return run_step(running);
    }
    turns_.ask([this, alive = std::weak_ptr<bool>(alive_), running](Turns::Token turn) {
      if (alive.expired()) return;
      running->turn = std::move(turn);
      run_step(running);
    });
    return;
  }
  running->turn.reset();
  const Work& work = running->job.works[running->next];
  if (work.ended) work.ended(running->operation->outcome());
  running->operation.reset();
  ++running->next;
  next_work(running);
}

void ActionQueue::run_step(const std::shared_ptr<Running>& running) {
  steps_.run(*running->operation->step(), [this, running](bool ok) {
    if (!ok) running->smooth = false;
    running->operation->finish_step(ok);
    advance(running);
  });
}

void ActionQueue::finish(const std::shared_ptr<Running>& running) {
  --running_;
  if (running->job.may_overlap) {
    warm_ = running->smooth;
  } else {
    barrier_running_ = false;
  }
  if (running->job.done) running->job.done();
  pump();
}

}  // namespace gaoler::server
