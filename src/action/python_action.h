// PythonAction: an action that is a class in a Python file (action.d/*.py).
//
// Each event is one call of a method, handed to the callee that has the object: it is not known
// here how Python is run. Nothing is checked, repaired or repeated, as in fail2ban: an action in
// Python looks after itself. The callee is lent and must outlive the action's operations.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "action/action.h"

namespace gaoler::action {

// What the object says of itself, as it last did.
struct PythonTraits {
  bool skips_restored = false;
  bool can_prolong = false;
  bool can_flush = false;
  bool can_reload = false;

  friend bool operator==(const PythonTraits&, const PythonTraits&) = default;
};

class PythonCallee : public Callee {
 public:
  virtual const PythonTraits& traits() const = 0;
  // Why the last call that failed did.
  virtual const std::string& error() const = 0;
};

class PythonAction : public Action {
 public:
  PythonAction(std::string name, JailContext& jail, std::unique_ptr<PythonCallee> callee)
      : Action(std::move(name), jail), callee_(std::move(callee)) {}

  PythonCallee& callee() { return *callee_; }

  bool skips_restored() const override { return callee_->traits().skips_restored; }
  bool can_prolong() const override { return callee_->traits().can_prolong; }
  bool can_flush() const override { return callee_->traits().can_flush; }
  // The object may ask for anything; a host name it looks up by itself.
  bool mentions(std::string_view tag) const override { return tag != "<ip-host>"; }
  uint64_t revision() const override { return 0; }

  Operation start() override { return call("start", {}); }
  Operation ban(Subject subject) override { return call("ban", std::move(subject)); }
  Operation reban(Subject subject) override { return call("reban", std::move(subject)); }
  Operation prolong(Subject subject) override { return call("prolong", std::move(subject)); }
  Operation unban(Subject subject) override { return call("unban", std::move(subject)); }
  Operation flush() override { return call("flush", {}); }
  Operation stop() override { return call("stop", {}); }
  Operation reload() override;
  Operation adopt(Scope) override { return check(false); }  // a new object knows of nothing
  Operation check(bool) override;
  base::Result<Step> ban_step(const Subject&) const override {
    return base::Error{"an action in Python tells nobody what it runs"};
  }

 private:
  // Without an address the method takes no ticket.
  Operation call(std::string method, Subject subject);

  std::unique_ptr<PythonCallee> callee_;
};

}  // namespace gaoler::action
