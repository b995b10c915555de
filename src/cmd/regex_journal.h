// The systemd journal for fail2ban-regex: `systemd-journal[journalpath=..., journalflags=...]`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/journal_reader.h"

namespace gaoler::cmd {

// `log` is the argument as given. `match`: words with "+" between alternatives; none: every entry.
base::Result<std::unique_ptr<sys::JournalReader>> open_journal(
    const std::string& log, const std::vector<std::string>& match);

}  // namespace gaoler::cmd
