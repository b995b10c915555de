// Becoming a daemon: background process, pid file, process name.
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
