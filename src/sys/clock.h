// Clock: the only reader of the real time; everything else is told what time it is.
#pragma once

#include "base/time.h"

namespace gaoler::sys {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual base::UnixTime now() const = 0;
};

class SystemClock final : public Clock {
 public:
  base::UnixTime now() const override;
};

// For simulations: time passes when it is told to.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(base::UnixTime start) : now_(start) {}
  base::UnixTime now() const override { return now_; }
  void set(base::UnixTime now) { now_ = now; }
  void advance(base::Seconds seconds) { now_ += seconds; }

 private:
  base::UnixTime now_;
};

}  // namespace gaoler::sys
