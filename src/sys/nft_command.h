// One command line of nft, done by libnftables in a child process.
//
// libnftables reads the whole ruleset of the machine first, what others made too, and ends or
// crashes the process it is in where it stumbles over something: only the command fails then. The
// child is a copy of this process that does nothing else; the kernel names it like the thread that
// asks. Blocks, for milliseconds mostly, at most kNftTimeout; any thread.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace gaoler::sys {

inline constexpr std::chrono::seconds kNftTimeout{60};
// An error text of nft's is kept up to this length.
inline constexpr size_t kMaxNftErrorBytes = 4096;

// "add table inet f2b-table"; the error is what nft prints for it.
base::Result<void> run_nft_command(const std::string& command);

}  // namespace gaoler::sys
