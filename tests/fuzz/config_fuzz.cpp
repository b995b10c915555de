// Fuzzes the whole reader: the input is a tree of files, each behind a line "=== PATH" (below /c).
// Nothing may crash, hang or eat memory, and what is not broken must be printable. Without anything
// to complain of, the jails that are dumped lead to the same commands.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/stream.h"
#include "fuzz/require.h"
#include "protocol/repr.h"
#include "unit/config/memory_files.h"

using namespace gaoler;

namespace {

using Tree = std::vector<std::pair<std::string, std::string>>;  // path and content

Tree tree_of(std::string_view text) {
  Tree tree;
  std::string path = "/c/jail.conf";
  while (!text.empty()) {
    size_t end = text.find("\n=== ");
    tree.emplace_back(path, text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 5);
    size_t line_end = text.find('\n');
    path = "/c/" + std::string(text.substr(0, line_end));
    text.remove_prefix(line_end == std::string_view::npos ? text.size() : line_end + 1);
  }
  return tree;
}

config::MemoryFiles files_of(const Tree& tree) {
  config::MemoryFiles files{};
  for (const auto& [path, content] : tree) files.add(path, content);
  return files;
}

// With all that is said of jails in one file.
config::MemoryFiles with_jails(const Tree& tree, const std::string& jails) {
  Tree dumped = tree;
  std::erase_if(dumped, [](const auto& file) { return file.first.starts_with("/c/jail."); });
  dumped.emplace_back("/c/jail.conf", jails);
  return files_of(dumped);
}

bool is_good(const config::Stream& stream) {
  return stream.outcome == config::Outcome::good && stream.diagnostics.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Tree tree = tree_of({reinterpret_cast<const char*>(data), size});
  const config::MemoryFiles files = files_of(tree);
  config::Request request;
  request.directory = "/c";
  request.accept_missing_logs = size % 2 == 0;
  request.workers = size % 16 == 0 ? 3 : 1;
  const config::Stream stream = config::read_stream(files, request);
  for (const protocol::Command& command : stream.commands) (void)protocol::repr(command);
  for (const config::Diagnostic& diagnostic : stream.diagnostics) (void)config::render(diagnostic);
  (void)config::dump_ini(files, request, "").ok();
  if (is_good(stream)) {
    const auto jails = config::dump_ini(files, request, "jail");
    require(jails.ok());
    require(config::read_stream(with_jails(tree, *jails), request).commands == stream.commands);
  }
  config::FilterRequest filter;
  filter.name = "f";
  (void)config::read_filter(files, request, filter);
  return 0;
}
