// Operation: what an action does on one event, as a sequence of steps that depend on how the
// earlier ones went.
//
// Written as a coroutine: `co_await step` hands a step out and gets back whether it succeeded,
// `co_await other` runs another operation as a part of this one. Lazy: nothing happens, and no
// state of the action changes, before the first call of step(). The driver's loop is
//
//     while (const Step* step = operation.step()) operation.finish_step(run(*step));
//     operation.outcome();
//
// with run() asynchronous if it likes. An operation refers to its Action, which must outlive it;
// operations of one action are driven one after the other, or at least each in the order of its
// events. Movable, one thread.
#pragma once

#include <coroutine>
#include <cstdlib>
#include <utility>

#include "action/step.h"
#include "base/result.h"

namespace gaoler::action {

class [[nodiscard]] Operation {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  // The innermost coroutine that waits, and what for; shared by an operation and those it awaits.
  struct Pending {
    const Step* step = nullptr;
    bool step_ok = false;
    std::coroutine_handle<> waiting;
  };

  Operation(Operation&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Operation& operator=(Operation&& other) noexcept;
  ~Operation();

  // The step to run now; nullptr when the operation is over. The pointer holds until finish_step().
  const Step* step();
  void finish_step(bool ok);

  // Only when over: how it ended; the error is worded for the log, as fail2ban's.
  const base::Result<void>& outcome() const;

  auto operator co_await() &&;

 private:
  explicit Operation(Handle handle) : handle_(handle) {}

  Handle handle_;
};

struct Operation::promise_type {
  // The step stays where the operation has it: thousands of operations wait at a time.
  struct AwaitStep {
    promise_type& promise;
    const Step& step;
    bool await_ready() const noexcept { return false; }
    void await_suspend(Handle handle) noexcept {
      promise.pending->step = &step;
      promise.pending->waiting = handle;
    }
    bool await_resume() const noexcept { return promise.pending->step_ok; }
  };
  // A finished part goes on with the operation that awaited it; the outermost one returns to the
  // driver.
  struct AwaitEnd {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle handle) noexcept {
      auto outer = handle.promise().caller;
      return outer ? outer : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  Operation get_return_object() { return Operation(Handle::from_promise(*this)); }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  AwaitEnd final_suspend() const noexcept { return {}; }
  void return_value(base::Result<void> result) { outcome = std::move(result); }
  void unhandled_exception() const noexcept {
    std::abort();
  }  // nothing in an action throws but for want of memory

  AwaitStep await_transform(const Step& step) { return {*this, step}; }
  Operation&& await_transform(Operation&& part) { return std::move(part); }

  Pending own;
  Pending* pending = &own;  // of the outermost operation
  std::coroutine_handle<> caller;
  base::Result<void> outcome;
};

// Nothing but this step; an empty text is nothing to do.
Operation run_alone(Step step);

inline auto Operation::operator co_await() && {
  struct AwaitPart {
    Handle part;
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle caller) noexcept {
      part.promise().caller = caller;
      part.promise().pending = caller.promise().pending;
      return part;
    }
    base::Result<void> await_resume() { return std::move(part.promise().outcome); }
  };
  return AwaitPart{handle_};
}

}  // namespace gaoler::action
