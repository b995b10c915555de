// ActionQueue: the work of one jail's actions, in the order in which it came up.
//
// A job is what one event asks of all actions (start, ban X, unban X, stop, ...). Jobs run one
// after the other; bans and unbans may overlap once everything they need is started, so that their
// steps can share a transaction - each still in its order per action. A failing operation is logged
// and stops nothing. Another jail's queue is waited for only where both work on what they share:
// nftables' table, while it is set up, looked at or mended. One thread: the loop's.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "action/action.h"
#include "base/log.h"
#include "base/result.h"
#include "server/step_runner.h"
#include "server/turns.h"

namespace gaoler::server {

class ActionQueue {
 public:
  static constexpr size_t kMaxOverlap = 5000;

  struct Work {
    // Called once, when it is this work's turn.
    std::function<action::Operation()> begin;
    // How it ended; logging is done here, by whoever asked.
    std::function<void(const base::Result<void>&)> ended;
    // Asked when it is the job's turn: what starts something does not overlap with what needs it.
    std::function<bool()> has_to_start = {};
  };

  struct Job {
    bool may_overlap = false;  // bans and unbans of single ids
    std::vector<Work> works;   // in order of the actions
    std::function<void()> done;
  };

  ActionQueue(StepRunner& steps, Turns& turns) : steps_(steps), turns_(turns) {}  // lent

  void push(Job job);
  bool idle() const { return waiting_.empty() && running_ == 0; }
  size_t size() const { return waiting_.size() + running_; }
  // Calls back when all that is in the queue now is done.
  void when_drained(std::function<void()> done) { push({false, {}, std::move(done)}); }

 private:
  struct Running;

  bool may_have_to_start(const Job& job) const;
  void pump();
  void launch(Job job);
  void advance(const std::shared_ptr<Running>& running);
  void run_step(const std::shared_ptr<Running>& running);
  void next_work(const std::shared_ptr<Running>& running);
  void finish(const std::shared_ptr<Running>& running);

  StepRunner& steps_;
  Turns& turns_;
  std::deque<Job> waiting_;
  size_t running_ = 0;
  bool barrier_running_ = false;
  // The last overlapping job needed no more than one step per action: nothing had to be started or
  // mended.
  bool warm_ = false;
  bool pumping_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gaoler::server
