#include "sys/journal_reader.h"

#include <utility>

#ifdef GAOLER_SYSTEMD
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "base/text.h"
#include "base/utf8.h"
#include "sys/systemd_library.h"
#endif

namespace gaoler::sys {

#ifdef GAOLER_SYSTEMD

namespace {

constexpr uint64_t kMicroseconds = 1'000'000;

base::Error error_of(const std::string& what, int code) {
  return base::Error{what + ": " + std::strerror(-code)};
}

// An open journal and the functions to read it.
struct Journal {
  std::shared_ptr<const SystemdLibrary> library;
  sd_journal* handle = nullptr;
};

std::string_view value_of(const void* data, size_t size) {
  const std::string_view text(static_cast<const char*>(data), size);
  return text.substr(std::min(text.find('=') + 1, text.size()));
}

std::string field(const Journal& journal, const char* name) {
  const void* data = nullptr;
  size_t size = 0;
  if (journal.library->get_data(journal.handle, name, &data, &size) < 0) return {};
  return std::string(value_of(data, size));
}

// All values of a field that an entry may hold more than once.
std::string all_of_field(const Journal& journal, std::string_view name) {
  std::string all;
  const void* data = nullptr;
  size_t size = 0;
  journal.library->restart_data(journal.handle);
  while (journal.library->enumerate_data(journal.handle, &data, &size) > 0) {
    const std::string_view text(static_cast<const char*>(data), size);
    if (!text.starts_with(name) || text.substr(name.size(), 1) != "=") continue;
    if (all.size() > JournalReader::kMaxFieldBytes) break;
    if (!all.empty()) all += ' ';
    all += value_of(data, size);
  }
  return all;
}

uint64_t number_of(const std::string& text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

double seconds_of(uint64_t microseconds) {
  return static_cast<double>(microseconds) / kMicroseconds;
}

// As Python's isoformat of a time with a zone: without a fraction where it is zero.
std::string iso_text(uint64_t microseconds) {
  const auto seconds = static_cast<std::time_t>(microseconds / kMicroseconds);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
  std::string out = text;
  if (const uint64_t rest = microseconds % kMicroseconds; rest != 0) {
    std::snprintf(text, sizeof text, ".%06u", static_cast<unsigned>(rest));
    out += text;
  }
  std::strftime(text, sizeof text, "%z", &local);
  return out + std::string(text, 3) + ":" + std::string(text + 3, 2);
}

// As Python's int(text): the number in plain digits, or with 0x, 0o and 0b in those; else the text
// as it is. A number that is zero names no process.
std::string pid_text(const std::string& field) {
  std::string_view text = base::trim(field);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 2 && text[0] == '0') {
    const char kind = text[1];
    base = kind == 'x' || kind == 'X' ? 16 : kind == 'o' || kind == 'O' ? 8 : kind == 'b' ? 2 : 10;
    if (base != 10) text.remove_prefix(2);
  }
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc() || stop != end) return field;
  return number == 0 ? "" : (negative ? "-" : "") + std::to_string(number);
}

// Seconds since boot, as the kernel's own log shows them.
std::string boot_time_text(const Journal& journal) {
  const std::string sent = field(journal, "_SOURCE_MONOTONIC_TIMESTAMP");
  uint64_t microseconds = number_of(sent);
  sd_id128_t boot;
  if (sent.empty()) journal.library->get_monotonic_usec(journal.handle, &microseconds, &boot);
  char text[40];
  std::snprintf(text, sizeof text, "[%12.6f] ", seconds_of(microseconds));
  return text;
}

std::string sender_text(const Journal& journal) {
  std::string name = field(journal, "SYSLOG_IDENTIFIER");
  if (name.empty()) name = field(journal, "_COMM");
  if (name.empty()) return {};
  std::string pid = pid_text(field(journal, "SYSLOG_PID"));
  if (pid.empty()) pid = pid_text(field(journal, "_PID"));
  const std::string sender = pid.empty() ? name : name + "[" + pid + "]";
  return sender + ": " + (sender == "kernel" ? boot_time_text(journal) : "");
}

std::string line_of(const Journal& journal) {
  const std::string host = field(journal, "_HOSTNAME");
  std::string line =
      (host.empty() ? "" : host + " ") + sender_text(journal) + all_of_field(journal, "MESSAGE");
  for (size_t at = line.find('\n'); at != std::string::npos; at = line.find('\n', at + 2)) {
    line.replace(at, 1, "\\n");
  }
  return base::is_utf8(line) ? line : base::replace_invalid_utf8(line);
}

int open_files(Journal& journal, const std::vector<std::string>& files) {
  std::vector<const char*> paths;
  for (const std::string& file : files) paths.push_back(file.c_str());
  paths.push_back(nullptr);
  return journal.library->open_files(&journal.handle, paths.data(), 0);
}

int open_journal(Journal& journal, const JournalOptions& options) {
  if (!options.files.empty()) return open_files(journal, options.files);
  if (options.only_written_to()) {
    // None: what there is, is better than nothing.
    if (const auto files = files_written_to(options); !files.empty()) {
      return open_files(journal, files);
    }
  }
  const SystemdLibrary& library = *journal.library;
  if (!options.path.empty()) {
    return library.open_directory(&journal.handle, options.path.c_str(), options.flags.value_or(0));
  }
  const int flags = options.flags.value_or(SD_JOURNAL_SYSTEM);
  if (options.name_space.empty()) return library.open(&journal.handle, flags);
  return library.open_namespace(&journal.handle, options.name_space.c_str(), flags);
}

}  // namespace

struct JournalReader::State : Journal {
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (handle != nullptr) library->close(handle);
  }
};

base::Result<std::unique_ptr<JournalReader>> JournalReader::open(const JournalOptions& options) {
  auto library = SystemdLibrary::load();
  if (!library) {
    return base::Error{"the systemd journal cannot be opened: " + library.error().message};
  }
  auto state = std::make_unique<State>();
  state->library = *library;
  if (const int code = open_journal(*state, options); code < 0) {
    return error_of("the systemd journal cannot be opened", code);
  }
  state->library->set_data_threshold(state->handle, kMaxFieldBytes);
  return std::unique_ptr<JournalReader>(new JournalReader(std::move(state)));
}

base::Result<void> JournalReader::set_matches(const std::vector<JournalMatch>& matches) {
  const SystemdLibrary& library = *state_->library;
  library.flush_matches(state_->handle);
  for (const JournalMatch& match : matches) {
    for (const std::string& word : match) {
      if (const int code = library.add_match(state_->handle, word.data(), word.size()); code < 0) {
        return error_of("journalmatch '" + word + "' is not FIELD=value", code);
      }
    }
    library.add_disjunction(state_->handle);
  }
  return {};
}

void JournalReader::seek(base::UnixTime time) {
  const auto microseconds = static_cast<uint64_t>(std::max(0LL, std::llround(time * 1e6)));
  state_->library->seek_realtime_usec(state_->handle, microseconds);
}

void JournalReader::seek_behind(const JournalReader& other) {
  const SystemdLibrary& library = *state_->library;
  char* cursor = nullptr;
  if (library.get_cursor(other.state_->handle, &cursor) < 0) {
    library.seek_head(state_->handle);
    return;
  }
  library.seek_cursor(state_->handle, cursor);
  // The place is in front of the entry, or of the next one if these files do not have it.
  if (library.next(state_->handle) > 0 && library.test_cursor(state_->handle, cursor) <= 0 &&
      library.previous(state_->handle) <= 0) {
    library.seek_head(state_->handle);
  }
  std::free(cursor);
}

std::optional<JournalEntry> JournalReader::next() {
  const Journal& journal = *state_;
  if (journal.library->next(journal.handle) <= 0) return std::nullopt;
  uint64_t received = 0;
  journal.library->get_realtime_usec(journal.handle, &received);
  uint64_t sent = number_of(field(journal, "_SOURCE_REALTIME_TIMESTAMP"));
  if (sent == 0) sent = received;
  return JournalEntry{seconds_of(sent), seconds_of(received), iso_text(sent), line_of(journal)};
}

int JournalReader::descriptor() const {
  const int fd = state_->library->get_fd(state_->handle);
  return fd < 0 ? -1 : fd;
}

void JournalReader::process() {
  state_->library->process(state_->handle);
}

#else

struct JournalReader::State {};

base::Result<std::unique_ptr<JournalReader>> JournalReader::open(const JournalOptions&) {
  return base::Error{"the systemd journal cannot be read: built without libsystemd"};
}
base::Result<void> JournalReader::set_matches(const std::vector<JournalMatch>&) {
  return {};
}
void JournalReader::seek(base::UnixTime) {}
void JournalReader::seek_behind(const JournalReader&) {}
std::optional<JournalEntry> JournalReader::next() {
  return std::nullopt;
}
int JournalReader::descriptor() const {
  return -1;
}
void JournalReader::process() {}

#endif

JournalReader::JournalReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
JournalReader::~JournalReader() = default;

}  // namespace gaoler::sys
