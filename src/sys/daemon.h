// Becoming a daemon: background process, first process of a container, pid file, process name.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "sys/fd.h"

namespace gaoler::sys {

// Runs `serve` in the background (new session, cwd /, standard streams on /dev/null). It is given a
// function to call once with the exit code for the caller's program; the caller gets that code, or
// 255 when the background process died before. In the background process itself this does not
// return.
int run_in_background(const std::function<int(std::function<void(int)> ready)>& serve);

// Runs `serve` in a process of its own below the first process of a container, which is this one:
// it takes the exit codes of processes that nobody waits for, hands signals on, and ends with the
// exit code of `serve` (128 and the signal's number if that was killed). In the process below it
// returns what `serve` does.
int run_below_init(const std::function<int()>& serve);

// As many descriptors as the system allows, up to a bound: one per followed log file. What is
// started from here has them too.
void raise_descriptor_limit();

// Name as `ps` and supervisors see it (15 characters).
void set_process_name(const std::string& name);

// Holds the pid file; removed at the end.
class PidFile {
 public:
  static base::Result<PidFile> create(const std::string& path);
  PidFile(PidFile&&) noexcept = default;
  PidFile& operator=(PidFile&&) = delete;
  ~PidFile();

 private:
  explicit PidFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace gaoler::sys
