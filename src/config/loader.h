// Loader: finds the files of a configuration name, reads each file once, and merges them in order
// into a Store.
//
// For a name N below the base directory: N.conf, N.d/*.conf, N.local, N.d/*.local, each with what
// its [INCLUDES] section puts before and after it, and behind an included X.ext its X.local. A file
// within its own chain of includes is skipped. Stores and files live as long as the loader; one
// loader serves one read, one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/file_source.h"
#include "config/ini_file.h"
#include "config/report.h"
#include "config/store.h"

namespace gaoler::config {

inline constexpr size_t kMaxIncludeDepth = 64;
inline constexpr size_t kMaxFilesOfOneName = 2000;  // counted with repetitions

// "dir" + "name", where an absolute name replaces the directory.
std::string join_path(const std::string& directory, const std::string& name);

class Loader {
 public:
  Loader(const FileSource& files, std::string directory, Report& report);

  const std::string& directory() const { return directory_; }  // without trailing slashes
  const FileSource& files() const { return files_; }

  // The store of a name, read on first use; nullptr if no file of that name could be read
  // (reported).
  Store* load(const std::string& name);

  // The name of a file "name" of that folder ("filter.d"): "./x" is below the working directory.
  std::string name_in(const std::string& folder, const std::string& name) const;

  // One file with its includes, without .d and .local of its name.
  Store* load_alone(const std::string& path);

 private:
  struct Loaded {
    Store store;
    bool found = false;
  };

  FileKind kind(const std::string& path);
  std::vector<std::string> existing_files(const std::string& name);
  bool merge_all(const std::vector<std::string>& paths, Store& store);
  const IniFile* read(const std::string& path);
  std::vector<std::string> with_includes(std::vector<std::string> paths,
                                         std::vector<std::string>& chain);
  std::vector<std::string> includes_of(const std::string& path, std::vector<std::string>& chain);
  std::vector<std::string> included(const Store& alone, const IniFile& file,
                                    std::string_view option, std::vector<std::string>& chain);

  const FileSource& files_;
  std::string directory_;
  Report& report_;
  TextMap<Loaded> loaded_;
  TextMap<FileKind> kinds_;
  TextMap<std::unique_ptr<const IniFile>> read_;  // nullptr: it could not be read
  TextMap<std::vector<std::string>> include_lists_;
};

}  // namespace gaoler::config
