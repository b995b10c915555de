// -i: commands from a terminal, one per line, with line editing and history.
//
// By libedit where it is there: it does what is needed in a tenth of readline's size, and its
// licence fits every other. Without it, or when the input is no terminal, lines are read as they
// come.
#pragma once

#include <string>

#include "base/log.h"
#include "client/control.h"

namespace gaoler::cmd {

// Until "exit", "quit" or the end of the input.
void ask_for_commands(client::Control& control, const std::string& help, base::LogSink& log);

}  // namespace gaoler::cmd
