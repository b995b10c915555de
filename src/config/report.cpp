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
  if (work_ > kMaxWorkBytes) return false;
  work_ += bytes;
  if (work_ <= kMaxWorkBytes) return true;
  fatal("the configuration multiplies itself beyond any use: reading stopped", {},
        "look for options that insert each other many times");
  return false;
}

std::vector<Diagnostic> Report::take() {
  if (dropped_ > 0) {
    diagnostics_.push_back(
        {LogLevel::error, {}, "... and " + std::to_string(dropped_) + " more", {}, {}});
  }
  return std::move(diagnostics_);
}

void Report::add(LogLevel level, std::string text, Place place, std::string advice) {
  if (diagnostics_.size() >= kMaxDiagnostics) {
    ++dropped_;
    return;
  }
  Diagnostic diagnostic{level, jail_, std::move(text), std::move(advice), std::move(place)};
  // The same mistake in a shared file or default is met by every jail: it is told once, at its
  // place.
  bool told = !diagnostic.place.file.empty() &&
              std::any_of(diagnostics_.begin(), diagnostics_.end(), [&](const Diagnostic& other) {
                return other.text == diagnostic.text && other.place == diagnostic.place;
              });
  if (!told) diagnostics_.push_back(std::move(diagnostic));
}

}  // namespace gaoler::config
