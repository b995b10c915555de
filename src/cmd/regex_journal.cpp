#include "cmd/regex_journal.h"

#include <map>

#include "config/stream.h"

namespace gaoler::cmd {
namespace {

base::Error error_of(const base::Error& cause) {
  return base::Error{"ERROR: " + cause.message};
}

}  // namespace

base::Result<std::unique_ptr<sys::JournalReader>> open_journal(
    const std::string& log, const std::vector<std::string>& match) {
  auto backend = config::parse_name_with_parameters(log);
  if (!backend) return error_of(backend.error());
  const std::map<std::string, std::string> options(backend->parameters.begin(),
                                                   backend->parameters.end());
  const auto journal = sys::JournalOptions::from(options);
  if (const auto files = options.find("journalfiles");
      files != options.end() && journal.files.empty()) {
    return error_of({"no file matches journalfiles=" + files->second});
  }
  auto reader = sys::JournalReader::open(journal);
  if (!reader) return error_of(reader.error());
  if (match.empty()) return reader;
  if (auto set = (*reader)->set_matches(sys::journal_matches_of(match)); !set) {
    return error_of(set.error());
  }
  return reader;
}

}  // namespace gaoler::cmd
