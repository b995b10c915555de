#include "action/operation.h"

#include <cassert>

namespace gaoler::action {

Operation& Operation::operator=(Operation&& other) noexcept {
  if (this != &other) {
    if (handle_) handle_.destroy();
    handle_ = std::exchange(other.handle_, nullptr);
  }
  return *this;
}

Operation::~Operation() {
  if (handle_) handle_.destroy();
}

const Step* Operation::step() {
  assert(handle_);
  Pending& pending = handle_.promise().own;
  if (!pending.waiting && !handle_.done()) handle_.resume();  // later finish_step() goes on
  return pending.step;
}

void Operation::finish_step(bool ok) {
  Pending& pending = handle_.promise().own;
  assert(pending.step);
  pending.step = nullptr;
  pending.step_ok = ok;
  pending.waiting.resume();
}

const base::Result<void>& Operation::outcome() const {
  assert(handle_ && handle_.done());
  return handle_.promise().outcome;
}

Operation run_alone(Step step) {
  if (step.text.empty()) co_return {};
  const bool ok = co_await step;
  if (ok) co_return {};
  co_return base::Error{"the step has failed"};
}

}  // namespace gaoler::action
