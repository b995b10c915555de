// Which journal a reader reads: the options of backend = systemd[...] and of
// `fail2ban-regex systemd-journal[...]`, as values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gaoler::sys {

// Without files and path: the local one, of `name_space` if given.
struct JournalOptions {
  // SD_JOURNAL_...; none: system journal only, all for path and files.
  std::optional<int> flags;
  std::string path;  // a directory of journal files
  std::vector<std::string> files;
  std::string name_space;
  // rotated=off: of the local journal or the path only the files that are written to, which costs
  // fewer descriptors. They are found anew after a rotation (files_written_to()).
  bool rotated = true;

  bool only_written_to() const { return !rotated && files.empty() && name_space.empty(); }

  // journalflags, journalpath, journalfiles (names and patterns), namespace, rotated.
  static JournalOptions from(const std::map<std::string, std::string>& options);
};

// What only_written_to() stands for now, sorted: system.journal, user-N.journal and so on by the
// flags, not the files with an @ that journald has put aside.
std::vector<std::string> files_written_to(const JournalOptions& options);

// An alternative of a journalmatch: FIELD=value each; all fields must fit, of one field one value.
using JournalMatch = std::vector<std::string>;

// Words as journalctl takes them: alternatives stand between "+".
std::vector<JournalMatch> journal_matches_of(const std::vector<std::string>& words);
bool is_journal_match_word(const std::string& word);

}  // namespace gaoler::sys
