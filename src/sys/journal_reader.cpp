#include "sys/journal_reader.h"

#include <utility>

#ifdef GAOLER_SYSTEMD
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string_view>
#include <systemd/sd-journal.h>

#include "base/text.h"
#include "base/utf8.h"
#endif

namespace gaoler::sys {

#ifdef GAOLER_SYSTEMD

namespace {

constexpr uint64_t kMicroseconds = 1'000'000;

base::Error error_of(const std::string& what, int code) {
  return base::Error{what + ": " + std::strerror(-code)};
}

std::string field(sd_journal* journal, const char* name) {
  const void* data = nullptr;
  size_t size = 0;
  if (sd_journal_get_data(journal, name, &data, &size) < 0) return {};
  const std::string_view text(static_cast<const char*>(data), size);
  return std::string(text.substr(std::min(text.find('=') + 1, text.size())));
}

uint64_t number_of(const std::string& text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

double seconds_of(uint64_t microseconds) {
  return static_cast<double>(microseconds) / kMicroseconds;
}

// As Python's isoformat: without a fraction where it is zero.
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
  return out;
}

// Seconds since boot, as the kernel's own log shows them.
std::string boot_time_text(sd_journal* journal) {
  uint64_t microseconds = number_of(field(journal, "_SOURCE_MONOTONIC_TIMESTAMP"));
  sd_id128_t boot;
  if (microseconds == 0) sd_journal_get_monotonic_usec(journal, &microseconds, &boot);
  char text[40];
  std::snprintf(text, sizeof text, "[%12.6f] ", seconds_of(microseconds));
  return text;
}

std::string sender_text(sd_journal* journal) {
  std::string name = field(journal, "SYSLOG_IDENTIFIER");
  if (name.empty()) name = field(journal, "_COMM");
  if (name.empty()) return {};
  std::string pid = field(journal, "SYSLOG_PID");
  if (pid.empty()) pid = field(journal, "_PID");
  const std::string sender = pid.empty() ? name : name + "[" + pid + "]";
  return sender + ": " + (sender == "kernel" ? boot_time_text(journal) : "");
}

std::string line_of(sd_journal* journal) {
  const std::string host = field(journal, "_HOSTNAME");
  std::string line =
      (host.empty() ? "" : host + " ") + sender_text(journal) + field(journal, "MESSAGE");
  for (size_t at = line.find('\n'); at != std::string::npos; at = line.find('\n', at + 2)) {
    line.replace(at, 1, "\\n");
  }
  return base::is_utf8(line) ? line : base::replace_invalid_utf8(line);
}

int open_journal(sd_journal** journal, const JournalOptions& options) {
  if (!options.files.empty()) {
    std::vector<const char*> paths;
    for (const std::string& file : options.files) paths.push_back(file.c_str());
    paths.push_back(nullptr);
    return sd_journal_open_files(journal, paths.data(), 0);
  }
  if (!options.path.empty()) {
    return sd_journal_open_directory(journal, options.path.c_str(), options.flags.value_or(0));
  }
  const int flags = options.flags.value_or(SD_JOURNAL_SYSTEM);
  if (options.name_space.empty()) return sd_journal_open(journal, flags);
  return sd_journal_open_namespace(journal, options.name_space.c_str(), flags);
}

}  // namespace

struct JournalReader::State {
  ~State() {
    if (journal != nullptr) sd_journal_close(journal);
  }
  sd_journal* journal = nullptr;
};

base::Result<std::unique_ptr<JournalReader>> JournalReader::open(const JournalOptions& options) {
  auto state = std::make_unique<State>();
  if (const int code = open_journal(&state->journal, options); code < 0) {
    return error_of("the systemd journal cannot be opened", code);
  }
  sd_journal_set_data_threshold(state->journal, kMaxFieldBytes);
  return std::unique_ptr<JournalReader>(new JournalReader(std::move(state)));
}

base::Result<void> JournalReader::set_matches(const std::vector<std::string>& matches) {
  sd_journal_flush_matches(state_->journal);
  for (const std::string& match : matches) {
    for (const std::string_view word : base::split_any(match, " ")) {
      if (const int code = sd_journal_add_match(state_->journal, word.data(), word.size());
          code < 0) {
        return error_of("journalmatch '" + std::string(word) + "' is not FIELD=value", code);
      }
    }
    sd_journal_add_disjunction(state_->journal);
  }
  return {};
}

void JournalReader::seek(base::UnixTime time) {
  const auto microseconds = static_cast<uint64_t>(std::max(0LL, std::llround(time * 1e6)));
  sd_journal_seek_realtime_usec(state_->journal, microseconds);
}

std::optional<JournalEntry> JournalReader::next() {
  if (sd_journal_next(state_->journal) <= 0) return std::nullopt;
  uint64_t received = 0;
  sd_journal_get_realtime_usec(state_->journal, &received);
  uint64_t sent = number_of(field(state_->journal, "_SOURCE_REALTIME_TIMESTAMP"));
  if (sent == 0) sent = received;
  return JournalEntry{seconds_of(sent), seconds_of(received), iso_text(sent),
                      line_of(state_->journal)};
}

int JournalReader::descriptor() const {
  const int fd = sd_journal_get_fd(state_->journal);
  return fd < 0 ? -1 : fd;
}

void JournalReader::process() {
  sd_journal_process(state_->journal);
}

#else

struct JournalReader::State {};

base::Result<std::unique_ptr<JournalReader>> JournalReader::open(const JournalOptions&) {
  return base::Error{"the systemd journal cannot be read: built without libsystemd"};
}
base::Result<void> JournalReader::set_matches(const std::vector<std::string>&) {
  return {};
}
void JournalReader::seek(base::UnixTime) {}
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
