// JournalReader: entries of the systemd journal that match, one after the other, as log lines.
//
// A thin edge to libsystemd: no loop, no timer, no jail. Whoever owns it calls next() when
// descriptor() is readable (after process()) and now and then besides, because single journal files
// have no descriptor to wait on. Bounded: a field is cut at kMaxFieldBytes. One thread. Built
// without libsystemd, open() says so.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace gaoler::sys {

// Which journal. Without files and path: the local one, of `name_space` if given.
struct JournalOptions {
  std::optional<int> flags;  // SD_JOURNAL_...; none: system journal only, all for path and files
  std::string path;          // a directory of journal files
  std::vector<std::string> files;
  std::string name_space;
};

struct JournalEntry {
  base::UnixTime time = 0;      // by the sender's clock if it told
  base::UnixTime received = 0;  // by the journal's clock, which seek() goes by
  std::string date;             // the same as text: local time, ISO 8601
  std::string line;             // HOST IDENT[PID]: MESSAGE; newlines are written as \n
};

class JournalReader {
 public:
  static constexpr size_t kMaxFieldBytes = 64 * 1024;

  static base::Result<std::unique_ptr<JournalReader>> open(const JournalOptions& options);
  ~JournalReader();

  // Entries that fulfil one of the matches; of a match ("_SYSTEMD_UNIT=a.service _COMM=b") all
  // fields, of which equal ones are alternatives. None: every entry. The place is kept.
  base::Result<void> set_matches(const std::vector<std::string>& matches);
  // Goes on with the first entry not before this.
  void seek(base::UnixTime time);
  std::optional<JournalEntry> next();

  int descriptor() const;  // -1: there is nothing to wait on
  void process();          // takes the descriptor's news: files that came or went

 private:
  struct State;
  explicit JournalReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gaoler::sys
