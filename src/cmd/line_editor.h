// LineEditor: lines from a terminal, edited, recalled and completed, by libedit.
//
// libedit does what is needed in a tenth of readline's size, its licence fits every other, and its
// own interface keeps no state outside of the object. The history is a file of the user alone, the
// newest kMaxHistory lines. Blocking, one thread; a signal finds the terminal as it was before.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gaoler::cmd {

// Candidates for the last word of a line as far as the cursor.
using Complete = std::function<std::vector<std::string>(std::string_view line)>;

class LineEditor {
 public:
  static constexpr int kMaxHistory = 1000;

  // Nothing if the input or output is no terminal, or this program was built without libedit. No
  // history file is kept if `history` is empty.
  static std::unique_ptr<LineEditor> open(std::string prompt, std::string history,
                                          Complete complete);

  virtual ~LineEditor() = default;
  // Without the newline; nothing at the end of the input.
  virtual std::optional<std::string> next() = 0;
};

// $XDG_STATE_HOME/fail2ban/history or ~/.local/state/fail2ban/history, its directory made; empty if
// there is no home or it cannot be written.
std::string history_file();

}  // namespace gaoler::cmd
