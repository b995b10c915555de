#include "config/diagnostic.h"

namespace gaoler::config {
namespace {

bool is_continuation_byte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Blanks up to the column, tabs kept, so that the caret stands under its character in any terminal.
std::string padding(const std::string& text, int column) {
  std::string pad;
  int at = 1;
  for (char c : text) {
    if (is_continuation_byte(c)) continue;
    if (at++ >= column) break;
    pad += c == '\t' ? '\t' : ' ';
  }
  return pad;
}

}  // namespace

std::string render(const Diagnostic& diagnostic) {
  const Place& place = diagnostic.place;
  std::string out;
  if (!place.file.empty()) {
    out += place.file;
    if (place.line > 0) out += ':' + std::to_string(place.line);
    if (place.line > 0 && place.column > 0) out += ':' + std::to_string(place.column);
    out += ": ";
  }
  if (!diagnostic.jail.empty()) out += "jail '" + diagnostic.jail + "': ";
  out += diagnostic.text;
  if (!place.text.empty()) {
    out += "\n    " + place.text;
    if (place.column > 0) out += "\n    " + padding(place.text, place.column) + '^';
  }
  if (!diagnostic.advice.empty()) out += "\n  " + diagnostic.advice;
  return out;
}

}  // namespace gaoler::config
