// Live registers: on which groups and counters it depends what a program does from a place on.
//
// A group counts where its text may still be compared (a reference, a condition) before it is
// captured anew; a counter within its loop. The usual analysis of compilers, on instructions.
#pragma once

#include "regex/program.h"

namespace gaoler::regex {

// Fills in the places of a program.
void find_live_registers(Program& program);

}  // namespace gaoler::regex
