// FileSource: all that reading a configuration asks of a file system; DiskFiles is the real one.
//
// Configuration itself is a pure function over this interface, so a test hands it a tree in memory.
// A source is only read, never written, and is lent for the call. Paths are used as they are put
// together, never normalised: they reappear in commands and messages. Several threads may ask at
// the same time.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace gaoler::config {

// A file longer than this is refused: the largest stock file has 50 kB.
inline constexpr size_t kMaxFileBytes = 4u << 20;

enum class FileKind { missing, regular, directory, other };

class FileSource {
 public:
  virtual ~FileSource() = default;

  // The whole content; the error says why not ("Permission denied", "longer than 4194304 bytes").
  virtual base::Result<std::string> read(const std::string& path) const = 0;

  // What the path leads to, links followed: a dangling link is missing.
  virtual FileKind kind(const std::string& path) const = 0;

  // There is something of that name, if only a dangling link.
  virtual bool entry_exists(const std::string& path) const = 0;

  // Names in a directory without "." and "..", in the directory's own order; none if it can't be
  // listed.
  virtual std::vector<std::string> list(const std::string& directory) const = 0;

  // "./x" below the working directory; an absolute path stays.
  virtual std::string absolute(const std::string& path) const = 0;
};

class DiskFiles final : public FileSource {
 public:
  base::Result<std::string> read(const std::string& path) const override;
  FileKind kind(const std::string& path) const override;
  bool entry_exists(const std::string& path) const override;
  std::vector<std::string> list(const std::string& directory) const override;
  std::string absolute(const std::string& path) const override;
};

}  // namespace gaoler::config
