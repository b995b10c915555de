#include "filter/warnings.h"

namespace gaoler::filter {

bool Warnings::due(Kind kind, base::UnixTime now) const {
  return now >= next_[static_cast<size_t>(kind)] || log_->enabled(base::LogLevel::trace);
}

void Warnings::daily(Kind kind, base::UnixTime now, const std::vector<std::string>& sentences) {
  base::UnixTime& next = next_[static_cast<size_t>(kind)];
  if (now < next) {
    log_->write(base::LogLevel::trace, kLogger, sentences.front());
    return;
  }
  next = now + kDay;
  for (const std::string& sentence : sentences) warn(sentence);
}

void Warnings::warn(std::string_view text) {
  log_->write(base::LogLevel::warning, kLogger, "[" + jail_ + "] " + std::string(text));
}

void Warnings::error(std::string_view text) {
  log_->write(base::LogLevel::error, kLogger, text);
}

}  // namespace gaoler::filter
