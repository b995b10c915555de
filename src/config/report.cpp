#include "config/report.h"

#include <algorithm>

namespace gaoler::config {

using base::LogLevel;

void Report::fatal(std::string text, Place place, std::string advice) {
  broken_ = true;
  add(LogLevel::error, std::move(text), std::move(place), std::move(advice));
}

void Report::error(std::string text, Place place, std::string advice) {
  add(LogLevel::error, std::move(text), std::move(place), std::move(advice));
}

void Report::warning(std::string text, Place place, std::string advice) {
  add(LogLevel::warning, std::move(text), std::move(place), std::move(advice));
}

void Report::notice(std::string text) {
  add(LogLevel::notice, std::move(text), {}, {});
}

bool Report::spend(size_t bytes) {
  if (used_up_) return false;
  if (bytes <= budget_) {
    budget_ -= bytes;
    return true;
  }
  used_up_ = true;
  fatal("the configuration multiplies itself beyond any use: reading stopped", {},
        "look for options that insert each other many times");
  return false;
}

void Report::add(std::vector<Diagnostic> diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) add(std::move(diagnostic));
}

std::vector<Diagnostic> Report::take() {
  if (dropped_ > 0) {
    diagnostics_.push_back(
        {LogLevel::error, {}, "... and " + std::to_string(dropped_) + " more", {}, {}});
  }
  dropped_ = 0;
  return std::exchange(diagnostics_, {});
}

void Report::add(LogLevel level, std::string text, Place place, std::string advice) {
  add({level, jail_, std::move(text), std::move(advice), std::move(place)});
}

void Report::add(Diagnostic diagnostic) {
  order_matters_ |= diagnostic.level >= LogLevel::error;
  if (diagnostics_.size() >= kMaxDiagnostics) {
    ++dropped_;
    order_matters_ = true;
    return;
  }
  // The same mistake in a shared file or default is met by every jail: it is told once, at its
  // place.
  bool told = !diagnostic.place.file.empty() &&
              std::any_of(diagnostics_.begin(), diagnostics_.end(), [&](const Diagnostic& other) {
                return other.text == diagnostic.text && other.place == diagnostic.place;
              });
  if (!told) diagnostics_.push_back(std::move(diagnostic));
}

}  // namespace gaoler::config
