#include "sys/journal_options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <glob.h>
#include <string_view>
#include <unistd.h>

#include "base/text.h"

namespace gaoler::sys {
namespace {

// As libsystemd numbers them; its header is not needed to know which files are meant.
constexpr int kRuntimeOnly = 2;
constexpr int kSystem = 4;
constexpr int kCurrentUser = 8;

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void add_matching(const std::string& pattern, std::vector<std::string>& files) {
  glob_t found{};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    files.insert(files.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
}

void sort_once(std::vector<std::string>& files) {
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
}

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::vector<std::string> names_for(const std::optional<int>& flags) {
  std::vector<std::string> names;
  if (flags && (*flags & kSystem) != 0) names.emplace_back("system.journal");
  if (flags && (*flags & kCurrentUser) != 0) {
    names.push_back("user-" + std::to_string(::geteuid()) + ".journal");
  }
  if (names.empty()) names.emplace_back("*.journal");
  return names;
}

bool was_put_aside(const std::string& file) {
  return file.find('@', file.rfind('/') + 1) != std::string::npos;
}

}  // namespace

JournalOptions JournalOptions::from(const std::map<std::string, std::string>& options) {
  const auto option = [&](const char* name) {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  };
  JournalOptions journal;
  journal.path = option("journalpath");
  const std::string patterns = option("journalfiles");
  for (const std::string_view pattern : base::split_any(patterns, " ,\t\n")) {
    add_matching(std::string(pattern), journal.files);
  }
  sort_once(journal.files);
  journal.name_space = option("namespace");
  journal.flags = number_of(option("journalflags"));
  const char* flags = std::getenv("F2B_SYSTEMD_DEFAULT_FLAGS");
  if (!journal.flags && flags != nullptr && journal.path.empty() && journal.files.empty()) {
    journal.flags = number_of(flags);
  }
  if (const std::string rotated = option("rotated"); !rotated.empty()) {
    journal.rotated = base::parse_bool(rotated);
  }
  return journal;
}

std::vector<std::string> files_written_to(const JournalOptions& options) {
  const bool local = options.path.empty();
  const std::optional<int> flags = local ? options.flags.value_or(kSystem) : options.flags;
  std::vector<std::string> directories;
  if (!local) {
    directories.push_back(options.path);
  } else {
    if ((*flags & kRuntimeOnly) == 0) {
      directories.push_back(variable("F2B_SYSTEMD_PERSISTENT_PATH", "/var/log/journal") + "/*");
    }
    directories.push_back(variable("F2B_SYSTEMD_RUNTIME_PATH", "/run/log/journal") + "/*");
  }
  std::vector<std::string> files;
  for (const std::string& directory : directories) {
    for (const std::string& name : names_for(flags)) add_matching(directory + "/" + name, files);
  }
  std::erase_if(files, was_put_aside);
  sort_once(files);
  return files;
}

std::vector<JournalMatch> journal_matches_of(const std::vector<std::string>& words) {
  std::vector<JournalMatch> alternatives(1);
  for (const std::string& word : words) {
    if (word == "+") {
      alternatives.emplace_back();
    } else {
      alternatives.back().push_back(word);
    }
  }
  return alternatives;
}

// libsystemd's rule for names of fields.
bool is_journal_match_word(const std::string& word) {
  const size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0 || word.starts_with("__")) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<ptrdiff_t>(equals), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace gaoler::sys
