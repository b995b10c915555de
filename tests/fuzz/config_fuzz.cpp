// Fuzzes the whole reader: the input is a tree of files, each behind a line "=== PATH" (below /c).
// Nothing may crash, hang or eat memory, and what is not broken must be printable; a dumped INI
// must be readable or refused.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "../unit/config/memory_files.h"
#include "config/stream.h"
#include "protocol/repr.h"

using namespace gaoler;

namespace {

config::MemoryFiles tree_of(std::string_view text) {
  config::MemoryFiles files{};
  std::string path = "/c/jail.conf";
  while (!text.empty()) {
    size_t end = text.find("\n=== ");
    files.add(path, std::string(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 5);
    size_t line_end = text.find('\n');
    path = "/c/" + std::string(text.substr(0, line_end));
    text.remove_prefix(line_end == std::string_view::npos ? text.size() : line_end + 1);
  }
  return files;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  config::MemoryFiles files = tree_of({reinterpret_cast<const char*>(data), size});
  config::Request request;
  request.directory = "/c";
  request.accept_missing_logs = size % 2 == 0;
  request.workers = size % 16 == 0 ? 3 : 1;
  config::Stream stream = config::read_stream(files, request);
  for (const protocol::Command& command : stream.commands) {
    (void)protocol::repr(command);
  }
  for (const config::Diagnostic& diagnostic : stream.diagnostics) (void)config::render(diagnostic);
  (void)config::dump_ini(files, request, "").ok();
  config::FilterRequest filter;
  filter.name = "f";
  (void)config::read_filter(files, request, filter);
  return 0;
}
