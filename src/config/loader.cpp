#include "config/loader.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "config/characters.h"
#include "config/glob.h"
#include "config/interpolation.h"

namespace gaoler::config {
namespace {

constexpr std::string_view kIncludes = "INCLUDES";

std::string directory_of(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {};
  size_t last = path.find_last_not_of('/', slash);
  return last == std::string::npos ? path.substr(0, slash + 1) : path.substr(0, last + 1);
}

// The path with its extension replaced; a leading dot of a name begins no extension.
std::string local_variant(const std::string& path) {
  size_t slash = path.rfind('/');
  size_t name = slash == std::string::npos ? 0 : slash + 1;
  size_t first = path.find_first_not_of('.', name);
  size_t dot = path.rfind('.');
  bool has_extension = dot != std::string::npos && first != std::string::npos && dot > first;
  return (has_extension ? path.substr(0, dot) : path) + ".local";
}

bool contains(const std::vector<std::string>& paths, const std::string& path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::string join_path(const std::string& directory, const std::string& name) {
  if (name.starts_with('/') || directory.empty()) return name;
  return directory.ends_with('/') ? directory + name : directory + '/' + name;
}

Loader::Loader(const FileSource& files, std::string directory, Report& report)
    : files_(files), directory_(std::move(directory)), report_(report) {
  directory_.resize(directory_.find_last_not_of('/') + 1);
}

Store* Loader::load(const std::string& name) {
  auto [entry, is_new] = loaded_.try_emplace(name);
  Loaded& loaded = entry->second;
  if (is_new) {
    std::vector<std::string> paths = existing_files(name);
    if (paths.empty()) {
      report_.error("found no accessible config files for '" + name + "' under " + directory_, {},
                    "expected " + join_path(directory_, name) + ".conf or " +
                        join_path(directory_, name) + ".local");
    }
    loaded.found = merge_all(paths, loaded.store);
  }
  return loaded.found ? &loaded.store : nullptr;
}

std::string Loader::name_in(const std::string& folder, const std::string& name) const {
  return join_path(folder, name.starts_with("./") ? files_.absolute(name) : name);
}

Store* Loader::load_alone(const std::string& path) {
  auto [entry, is_new] = loaded_.try_emplace('\n' + path);
  if (is_new) entry->second.found = merge_all({path}, entry->second.store);
  return entry->second.found ? &entry->second.store : nullptr;
}

// Each path is asked for once: the .local of a file that everybody includes is looked for by
// everybody.
FileKind Loader::kind(const std::string& path) {
  const auto [entry, is_new] = kinds_.try_emplace(path);
  if (is_new) entry->second = files_.kind(path);
  return entry->second;
}

std::vector<std::string> Loader::existing_files(const std::string& name) {
  std::string base = join_path(directory_, name);
  std::vector<std::string> parts = expand_glob(files_, base + ".d/*");
  std::sort(parts.begin(), parts.end());
  std::vector<std::string> paths;
  for (const char* extension : {".conf", ".local"}) {
    paths.push_back(base + extension);
    std::copy_if(parts.begin(), parts.end(), std::back_inserter(paths),
                 [&](const std::string& part) { return part.ends_with(extension); });
  }
  std::erase_if(paths, [&](const std::string& path) { return kind(path) == FileKind::missing; });
  return paths;
}

bool Loader::merge_all(const std::vector<std::string>& paths, Store& store) {
  std::vector<std::string> chain;
  bool merged = false;
  for (const std::string& path : with_includes(paths, chain)) {
    if (const IniFile* file = read(path)) {
      store.merge(*file);
      merged = true;
    }
  }
  for (const std::string& path : paths) {
    if (!read(path)) report_.error("the file was left out", {path, 0, 0, {}});
  }
  return merged;
}

const IniFile* Loader::read(const std::string& path) {
  auto [entry, is_new] = read_.try_emplace(path);
  if (!is_new) return entry->second.get();
  base::Result<std::string> content = files_.read(path);
  if (!content) {
    if (kind(path) == FileKind::missing) return nullptr;
    report_.error("could not read the file: " + content.error().message, {path, 0, 0, {}},
                  "check what it is and who may read it");
    return nullptr;
  }
  if (!is_valid_utf8(*content)) {
    report_.error("error decoding config file: it is not UTF-8", {path, 0, 0, {}},
                  "save it as UTF-8; `iconv -f latin1 -t utf-8` converts the usual other encoding");
    return nullptr;
  }
  entry->second = parse_ini(path, *std::move(content), report_);
  return entry->second.get();
}

std::vector<std::string> Loader::with_includes(std::vector<std::string> paths,
                                               std::vector<std::string>& chain) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    all.push_back(path);
    std::string local = local_variant(path);
    if (!contains(paths, local) && kind(local) == FileKind::regular) all.push_back(local);
  }
  // A list is worked out once and reused, even where a loop was cut in it: fail2ban's order depends
  // on that.
  std::string key;
  for (const std::string& path : all) key.append(path) += '\n';
  if (auto known = include_lists_.find(key); known != include_lists_.end()) return known->second;
  std::vector<std::string> list;
  for (const std::string& path : all) {
    append(list, includes_of(path, chain));
    if (list.size() > kMaxFilesOfOneName) {
      report_.fatal(
          "includes lead to more than " + std::to_string(kMaxFilesOfOneName) + " files",
          {path, 0, 0, {}},
          "two files that include each other several times grow without end; remove the loop");
      list.resize(kMaxFilesOfOneName);
      break;
    }
  }
  return include_lists_.insert_or_assign(key, std::move(list)).first->second;
}

std::vector<std::string> Loader::includes_of(const std::string& path,
                                             std::vector<std::string>& chain) {
  const IniFile* file = read(path);
  if (!file) return {};
  if (!file->sections.contains(kIncludes)) return {path};
  Store alone;
  alone.merge(*file);
  std::vector<std::string> list = included(alone, *file, "before", chain);
  list.push_back(path);
  append(list, included(alone, *file, "after", chain));
  return list;
}

std::vector<std::string> Loader::included(const Store& alone, const IniFile& file,
                                          std::string_view option,
                                          std::vector<std::string>& chain) {
  TextPool pool;
  Resolved names = resolve(alone, kIncludes, option, {}, pool, report_);
  if (!names.is_text()) return {};
  if (chain.size() >= kMaxIncludeDepth) {
    report_.fatal("includes are nested deeper than " + std::to_string(kMaxIncludeDepth),
                  place_of(names.origin),
                  "files include each other in a circle, or a .local file its own .conf, which "
                  "brings the .local with it: take it out of `before` and `after`");
    return {};
  }
  std::vector<std::string> list;
  for (std::string_view name : base::split(names.text, '\n')) {
    std::string path = join_path(directory_of(file.path), std::string(name));
    if (name.empty()) path = directory_of(file.path) + '/';
    if (contains(chain, path)) {
      report_.depend_on_order();  // the list that is kept lacks what led here
      continue;
    }
    chain.push_back(file.path);
    append(list, with_includes({path}, chain));
    chain.pop_back();
    if (list.size() > kMaxFilesOfOneName) break;  // reported by the caller
  }
  return list;
}

}  // namespace gaoler::config
