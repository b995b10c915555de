#include "config/glob.h"

#include <algorithm>
#include <optional>

#include "config/characters.h"

namespace gaoler::config {
namespace {

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

struct Split {
  std::string directory;
  std::string name;
};

// At the last slash; trailing slashes of the directory go unless it is nothing else.
Split split_path(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {{}, path};
  std::string directory = path.substr(0, slash + 1);
  size_t last = directory.find_last_not_of('/');
  if (last != std::string::npos) directory.resize(last + 1);
  return {directory, path.substr(slash + 1)};
}

std::string join(const std::string& directory, const std::string& name) {
  if (directory.empty()) return name;
  return directory.ends_with('/') ? directory + name : directory + '/' + name;
}

std::string_view character_at(std::string_view text, size_t at) {
  return first_characters(text.substr(at), 1);
}

struct SetMatch {
  bool matched = false;
  size_t end = 0;  // behind the "]"
};

// "[...]" at `at`; nothing if it is not closed, then "[" is an ordinary character.
std::optional<SetMatch> match_set(std::string_view pattern, size_t at, std::string_view character) {
  size_t begin = at + 1;
  bool negated = begin < pattern.size() && pattern[begin] == '!';
  if (negated) ++begin;
  size_t close = pattern.find(']', begin + 1);
  if (begin >= pattern.size() || close == std::string_view::npos) return std::nullopt;
  bool inside = false;
  for (size_t i = begin; i < close;) {
    std::string_view low = character_at(pattern, i);
    size_t next = i + low.size();
    if (next + 1 < close && pattern[next] == '-') {
      std::string_view high = character_at(pattern, next + 1);
      inside = inside || (low <= character && character <= high);
      next += 1 + high.size();
    } else {
      inside = inside || low == character;
    }
    i = next;
  }
  return SetMatch{inside != negated, close + 1};
}

class Expander {
 public:
  explicit Expander(const FileSource& files) : files_(files) {}

  std::vector<std::string> expand(const std::string& pattern) const {
    Split split = split_path(pattern);
    if (!has_wildcard(pattern)) {
      bool there = split.name.empty() ? files_.kind(split.directory) == FileKind::directory
                                      : files_.entry_exists(pattern);
      return there ? std::vector{pattern} : std::vector<std::string>{};
    }
    std::vector<std::string> directories{split.directory};
    if (split.directory != pattern && has_wildcard(split.directory))
      directories = expand(split.directory);
    std::vector<std::string> found;
    for (const std::string& directory : directories) {
      for (std::string& name : names_in(directory, split.name)) {
        if (found.size() >= kMaxGlobResults) return found;
        found.push_back(join(directory, name));
      }
    }
    return found;
  }

 private:
  std::vector<std::string> names_in(const std::string& directory,
                                    const std::string& pattern) const {
    if (!has_wildcard(pattern)) {
      bool there = pattern.empty() ? files_.kind(directory) == FileKind::directory
                                   : files_.entry_exists(join(directory, pattern));
      return there ? std::vector{pattern} : std::vector<std::string>{};
    }
    std::vector<std::string> names = files_.list(directory.empty() ? "." : directory);
    std::erase_if(names, [&](const std::string& name) {
      return (name.starts_with('.') && !pattern.starts_with('.')) ||
             !matches_pattern(name, pattern);
    });
    return names;
  }

  const FileSource& files_;
};

}  // namespace

std::vector<std::string> expand_glob(const FileSource& files, const std::string& pattern) {
  return Expander(files).expand(pattern);
}

bool matches_pattern(std::string_view name, std::string_view pattern) {
  size_t at = 0;
  size_t p = 0;
  std::optional<size_t>
      star;  // behind the last "*", to go back to with one more character swallowed
  size_t star_at = 0;
  while (at < name.size() || p < pattern.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_at = at;
      continue;
    }
    std::string_view character = at < name.size() ? character_at(name, at) : std::string_view{};
    size_t next = 0;  // in the pattern, 0 = no match
    if (p < pattern.size() && !character.empty()) {
      if (pattern[p] == '?') {
        next = p + 1;
      } else if (auto set = pattern[p] == '[' ? match_set(pattern, p, character) : std::nullopt) {
        next = set->matched ? set->end : 0;
      } else if (character_at(pattern, p) == character) {
        next = p + character.size();
      }
    }
    if (next > 0) {
      p = next;
      at += character.size();
      continue;
    }
    if (!star || star_at >= name.size()) return false;
    star_at += character_at(name, star_at).size();
    at = star_at;
    p = *star;
  }
  return true;
}

}  // namespace gaoler::config
