// A file tree in memory for tests: paths and contents, directories follow from them.
#pragma once

#include <map>
#include <set>
#include <string>

#include "config/file_source.h"

namespace gaoler::config {

class MemoryFiles final : public FileSource {
 public:
  MemoryFiles(std::initializer_list<std::pair<const std::string, std::string>> files)
      : files_(files) {}

  void add(const std::string& path, std::string content) { files_[path] = std::move(content); }

  base::Result<std::string> read(const std::string& path) const override {
    auto found = files_.find(path);
    if (found == files_.end()) return base::Error{"No such file or directory"};
    return found->second;
  }
  FileKind kind(const std::string& path) const override {
    if (files_.contains(path)) return FileKind::regular;
    auto below = files_.lower_bound(path + '/');
    bool directory = below != files_.end() && below->first.starts_with(path + '/');
    return directory ? FileKind::directory : FileKind::missing;
  }
  bool entry_exists(const std::string& path) const override {
    return kind(path) != FileKind::missing;
  }
  std::vector<std::string> list(const std::string& directory) const override {
    std::set<std::string> names;
    for (const auto& [path, content] : files_) {
      if (!path.starts_with(directory + '/')) continue;
      std::string rest = path.substr(directory.size() + 1);
      names.insert(rest.substr(0, rest.find('/')));
    }
    return {names.begin(), names.end()};
  }
  std::string absolute(const std::string& path) const override { return "/cwd/" + path; }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace gaoler::config
