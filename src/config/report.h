// Report: where readers say what they found while one configuration is read.
//
// fatal() is a mistake that makes the whole configuration unusable; reading goes on, so that one
// run tells all of them. One report per read, used by one thread, lent to every reader; jails that
// are read side by side have reports of their own (jails.h).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/diagnostic.h"

namespace gaoler::config {

// More than this is not read by anybody; the rest is only counted.
inline constexpr size_t kMaxDiagnostics = 500;

// Bytes of text handled while values are put together, over a whole read: a configuration of some
// MB that multiplies itself ends here instead of filling memory. All stock jails together need
// less than 6 MB.
inline constexpr size_t kMaxWorkBytes = 64u << 20;

class Report {
 public:
  explicit Report(size_t budget = kMaxWorkBytes) : budget_(budget) {}

  // Takes from the budget of work; false, and reported once, when it is used up.
  bool spend(size_t bytes);
  size_t budget() const { return budget_; }  // what is left

  void fatal(std::string text, Place place = {}, std::string advice = {});
  void error(std::string text, Place place = {}, std::string advice = {});
  void warning(std::string text, Place place = {}, std::string advice = {});
  void notice(std::string text);

  bool broken() const { return broken_; }

  // Something was found that could be another thing had jails been read in another order, or told
  // elsewhere. Errors are such: a file's are told when it is read first.
  void depend_on_order() { order_matters_ = true; }
  bool order_matters() const { return order_matters_; }

  void set_jail(std::string jail) { jail_ = std::move(jail); }  // empty: none

  // What other reports said, as if it had been said here.
  void add(std::vector<Diagnostic> diagnostics);
  std::vector<Diagnostic> take();

 private:
  void add(base::LogLevel level, std::string text, Place place, std::string advice);
  void add(Diagnostic diagnostic);

  bool broken_ = false;
  bool order_matters_ = false;
  size_t budget_;
  bool used_up_ = false;
  std::string jail_;
  std::vector<Diagnostic> diagnostics_;
  size_t dropped_ = 0;
};

}  // namespace gaoler::config
