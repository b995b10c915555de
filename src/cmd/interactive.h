// -i: commands, one per line, until "exit", "quit" or the end of the input.
//
// On a terminal with editing, history and completion (line_editor.h); otherwise lines are read as
// they come. A command that fails does not end it.
#pragma once

#include <string>

#include "base/log.h"
#include "client/control.h"

namespace gaoler::cmd {

// `socket` is asked for names to complete.
void ask_for_commands(client::Control& control, const std::string& socket, const std::string& help,
                      base::LogSink& log);

}  // namespace gaoler::cmd
