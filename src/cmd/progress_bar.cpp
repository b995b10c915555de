#include "cmd/progress_bar.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace gaoler::cmd {

ProgressBar::ProgressBar(uint64_t total_bytes)
    : total_(total_bytes), shown_(total_bytes > kWorthwhile && isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::update(uint64_t bytes) {
  if (!shown_) return;
  auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  drawn_ = true;
  constexpr uint64_t kWidth = 40;
  uint64_t done = std::min(bytes, total_);
  auto filled = static_cast<size_t>(done * kWidth / total_);
  std::string bar(filled, '#');
  bar.resize(kWidth, '.');
  std::fprintf(stderr, "\r[%s] %3d %%", bar.c_str(), static_cast<int>(done * 100 / total_));
}

}  // namespace gaoler::cmd
