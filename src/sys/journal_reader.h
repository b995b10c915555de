// JournalReader: entries of the systemd journal that match, one after the other, as log lines.
//
// A thin edge to libsystemd: no loop, no timer, no jail. Whoever owns it calls next() when
// descriptor() is readable (after process()) and now and then besides, because single journal files
// have no descriptor to wait on. Bounded: a field is cut at kMaxFieldBytes. One thread. Built
// without libsystemd, or where it is not installed, open() says so.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sys/journal_options.h"

namespace gaoler::sys {

struct JournalEntry {
  base::UnixTime time = 0;      // by the sender's clock if it told
  base::UnixTime received = 0;  // by the journal's clock, which seek() goes by
  std::string date;             // `time` as text: local time with its offset, ISO 8601
  std::string line;             // HOST IDENT[PID]: MESSAGE; newlines are written as \n
};

class JournalReader {
 public:
  static constexpr size_t kMaxFieldBytes = 64 * 1024;

  static base::Result<std::unique_ptr<JournalReader>> open(const JournalOptions& options);
  ~JournalReader();

  // Entries that fulfil one of the matches. None: every entry. The place is kept.
  base::Result<void> set_matches(const std::vector<JournalMatch>& matches);
  // Goes on with the first entry not before this.
  void seek(base::UnixTime time);
  // Goes on behind the last entry of a reader of the same journal.
  void seek_behind(const JournalReader& other);
  std::optional<JournalEntry> next();

  int descriptor() const;  // -1: there is nothing to wait on
  void process();          // takes the descriptor's news: files that came or went

 private:
  struct State;
  explicit JournalReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gaoler::sys
