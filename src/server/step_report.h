// What the log says of a step that was run, in fail2ban's words: administrators and tests search
// for them.
//
// Failures at ERROR with the text and all it printed, successes at DEBUG. Knows nothing of how a
// step is run.
#pragma once

#include <cstdint>
#include <string_view>

#include "action/step.h"
#include "base/log.h"
#include "base/result.h"
#include "sys/process_runner.h"

namespace gaoler::server {

// number: the same for all lines of one step.
void report_process(base::LogSink& log, uint64_t number, const action::Step& step,
                    const sys::ProcessResult& result);

// Of a step done in process: an error is what nft would have printed.
void report_nft(base::LogSink& log, uint64_t number, const action::Step& step,
                const base::Result<void>& result);

}  // namespace gaoler::server
