#include "config/file_source.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace gaoler::config {
namespace {

using base::Error;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error failure(int code) {
  return Error{std::strerror(code)};
}

}  // namespace

base::Result<std::string> DiskFiles::read(const std::string& path) const {
  // Not blocking: a fifo named like a configuration file must not hang the reader.
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return failure(errno);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failure(errno);
  if (S_ISDIR(status.st_mode)) return failure(EISDIR);
  const Error too_long{"longer than " + std::to_string(kMaxFileBytes) + " bytes"};
  const auto size = static_cast<size_t>(status.st_size);  // 0 of what is no regular file
  if (size > kMaxFileBytes) return too_long;
  std::string content;
  content.reserve(size);
  char buffer[64 << 10];
  while (true) {
    ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(errno);
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
    if (content.size() > kMaxFileBytes) return too_long;
    const bool whole = S_ISREG(status.st_mode) && content.size() == size;
    if (whole) return content;
  }
}

FileKind DiskFiles::kind(const std::string& path) const {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return FileKind::missing;
  if (S_ISREG(status.st_mode)) return FileKind::regular;
  return S_ISDIR(status.st_mode) ? FileKind::directory : FileKind::other;
}

bool DiskFiles::entry_exists(const std::string& path) const {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

std::vector<std::string> DiskFiles::list(const std::string& directory) const {
  struct Closer {
    void operator()(DIR* stream) const { closedir(stream); }
  };
  std::vector<std::string> names;
  std::unique_ptr<DIR, Closer> stream(opendir(directory.c_str()));
  if (!stream) return names;
  while (const dirent* entry = readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  return names;
}

std::string DiskFiles::absolute(const std::string& path) const {
  if (path.starts_with('/')) return path;
  char buffer[4096];
  if (!getcwd(buffer, sizeof buffer)) return path;
  std::string directory = buffer;
  return directory + '/' + (path.starts_with("./") ? path.substr(2) : path);
}

}  // namespace gaoler::config
