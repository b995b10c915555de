// ProgressBar: how far a long file has been read, on a terminal only. One line on stderr, gone at
// the end.
#pragma once

#include <chrono>
#include <cstdint>

namespace gaoler::cmd {

class ProgressBar {
 public:
  static constexpr uint64_t kWorthwhile = 10u
                                          << 20;  // bytes; smaller files are done before one looks

  // Shows nothing if stderr is no terminal or the file is small.
  explicit ProgressBar(uint64_t total_bytes);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  bool shown() const { return shown_; }
  // Cheap enough to be called often; draws ten times a second at most.
  void update(uint64_t bytes);

 private:
  uint64_t total_;
  bool shown_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace gaoler::cmd
