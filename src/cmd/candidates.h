// Candidates: what may stand next on a line of interactive mode.
//
// A table of words and, where the server knows them, a question to it. Pure but for that question.
// Names that would have to be quoted on a line are left out: a log can bring any text.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/value.h"

namespace gaoler::cmd {

// The server's answer to a command, nothing if it has none to give (now).
using Ask = std::function<std::optional<protocol::Value>(const protocol::Command&)>;

// Sorted, each once: what begins with `begun` and may follow the words of `before`.
std::vector<std::string> candidates(const std::vector<std::string>& before, std::string_view begun,
                                    const Ask& ask);

// The longest beginning that all of them have.
std::string common_beginning(const std::vector<std::string>& words);

}  // namespace gaoler::cmd
