#include "server/jail_logs.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>
#include <utility>

#include "server/store_worker.h"
#include "sys/fd.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.filter";
constexpr auto kHeartbeat = std::chrono::seconds(1);
// Looks at patterns whose directory does not tell of new names, and at what is gone.
constexpr int kThorough = 5;
constexpr int kLooksUntilGone = 20 / kThorough;
constexpr int64_t kSettled = 2'000'000'000;  // ns; a directory may change twice in one tick

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string fixed_directory_of(const std::string& pattern) {
  const size_t slash = pattern.rfind('/');
  if (slash == std::string::npos) return ".";
  const std::string directory = slash == 0 ? "/" : pattern.substr(0, slash);
  return directory.find_first_of("*?[") == std::string::npos ? directory : std::string();
}

int64_t nanoseconds_of(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::vector<std::string> expand(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_NOESCAPE, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

}  // namespace

JailLogs::JailLogs(std::string jail, bool polling, Services& services)
    : jail_(std::move(jail)), polling_(polling), services_(services), heartbeat_(services.loop) {}

JailLogs::~JailLogs() {
  *alive_ = false;
  for (const auto& reader : readers_) reader->stop();
}

void JailLogs::add(const std::string& path, bool at_end, Done done) {
  if (reload_) reload_->named.push_back(path);
  excluded_.erase(path);
  if (contains(paths(), path)) return done();
  if (!at_end) return follow(path, {}, std::nullopt, std::move(done));
  const auto reader = make_reader(path);
  reader->start_at_end();
  if (sink_) start_reader(*reader);
  done();
}

std::shared_ptr<LogReader> JailLogs::make_reader(const std::string& path) {
  auto reader = std::make_shared<LogReader>(jail_, path, services_);
  reader->set_decoder(*sys::TextDecoder::make(encoding_));
  reader->set_origin([this](int fd, const sys::LogTail::FileId& id, int64_t size) {
    return patterns_.empty() ? sys::LogTail::Origin{} : origin_of(fd, id, size);
  });
  readers_.push_back(reader);
  return reader;
}

// From the offset, or where the database has it from the last run. The file is held at once: while
// the database is asked, a rotation may give its name to another one.
void JailLogs::follow(const std::string& path, sys::Fd opened, std::optional<int64_t> offset,
                      Done done) {
  const auto reader = make_reader(path);
  reader->hold(std::move(opened));
  const store::LogPosition current{path, reader->position().first_line_hash, 0};
  using Position = std::optional<double>;
  services_.store.ask<Position>(
      [jail = jail_, current](store::BanStore& store) {
        auto found = store.log_position(jail, current);
        return found ? *found : Position();
      },
      [this, alive = alive_, reader, current, offset, done = std::move(done)](Position stored) {
        if (!*alive) return;
        const int64_t start = offset.value_or(static_cast<int64_t>(stored.value_or(0)));
        const std::string hash = current.first_line_hash.value_or("");
        reader->resume({start, hash});
        services_.log.write(base::LogLevel::info, kLogger,
                            "Added logfile: '" + reader->path() +
                                "' (pos = " + std::to_string(start) + ", hash = " + hash + ")");
        services_.store.write({store::AddLog{jail_, current}});
        const auto still = std::find(readers_.begin(), readers_.end(), reader);
        if (sink_ && still != readers_.end()) start_reader(*reader);
        done();
      });
}

void JailLogs::start_reader(LogReader& reader) {
  reader.pause(paused_);
  reader.start(polling_, sink_, judge_);
}

void JailLogs::remove(const std::string& path) {
  if (!contains(paths(), path)) return;
  excluded_.insert(path);
  drop(path);
}

void JailLogs::drop(const std::string& path) {
  const auto found = std::find_if(readers_.begin(), readers_.end(),
                                  [&](const auto& reader) { return reader->path() == path; });
  if (found == readers_.end()) return;
  (*found)->stop();
  readers_.erase(found);
  services_.log.write(base::LogLevel::info, kLogger, "Removed logfile: '" + path + "'");
}

std::vector<std::string> JailLogs::paths() const {
  std::vector<std::string> all;
  for (const auto& reader : readers_) all.push_back(reader->path());
  return all;
}

std::vector<std::string> JailLogs::polled_paths() const {
  std::vector<std::string> polled;
  for (const auto& reader : readers_) {
    if (reader->polled()) polled.push_back(reader->path());
  }
  return polled;
}

void JailLogs::add_pattern(const std::string& text) {
  if (contains(patterns(), text)) return;
  patterns_.push_back({text, fixed_directory_of(text)});
}

std::vector<std::string> JailLogs::patterns() const {
  std::vector<std::string> all;
  for (const Pattern& pattern : patterns_) all.push_back(pattern.text);
  return all;
}

base::Result<void> JailLogs::set_encoding(const std::string& name) {
  if (const auto decoder = sys::TextDecoder::make(name); !decoder) return decoder.error();
  encoding_ = name;
  if (!reload_) set_decoders();
  return {};
}

// Which forgets what they know of a file: its byte order.
void JailLogs::set_decoders() {
  for (const auto& reader : readers_) reader->set_decoder(*sys::TextDecoder::make(encoding_));
}

void JailLogs::start(LogReader::LineSink sink, LogReader::Judge judge) {
  sink_ = std::move(sink);
  judge_ = std::move(judge);
  for (const auto& reader : readers_) start_reader(*reader);
  beat();
}

void JailLogs::stop() {
  heartbeat_.cancel();
  sink_ = nullptr;
  for (const auto& reader : readers_) reader->stop();
}

void JailLogs::pause(bool paused) {
  paused_ = paused;
  for (const auto& reader : readers_) reader->pause(paused);
}

std::vector<store::Change> JailLogs::take_positions() {
  std::vector<store::Change> changes;
  for (const auto& reader : readers_) {
    if (!reader->take_moved()) continue;
    const auto position = reader->position();
    changes.push_back(store::UpdateLog{
        jail_, {reader->path(), position.first_line_hash, static_cast<double>(position.offset)}});
  }
  return changes;
}

void JailLogs::begin_reload() {
  reload_ = Reload{paths(), {}, std::exchange(encoding_, "auto")};
  patterns_.clear();
  candidates_.clear();
  excluded_.clear();
}

void JailLogs::end_reload() {
  if (!reload_) return;
  const Reload reload = std::move(*reload_);
  reload_.reset();
  if (encoding_ != reload.old_encoding) set_decoders();
  for (const std::string& path : reload.old_paths) {
    if (!contains(reload.named, path)) drop(path);
  }
}

void JailLogs::abandon_reload() {
  if (reload_ && encoding_ != reload_->old_encoding) set_decoders();
  reload_.reset();
}

void JailLogs::beat() {
  heartbeat_.expires_after(kHeartbeat);
  heartbeat_.async_wait([this, alive = alive_](boost::system::error_code error) {
    if (error || !*alive || !sink_) return;
    const bool thoroughly = ++looks_ % kThorough == 0;
    for (const std::string& path : std::exchange(candidates_, {})) adopt(path);
    for (Pattern& pattern : patterns_) look_for_new(pattern, thoroughly);
    if (thoroughly) drop_gone();
    beat();
  });
}

// New names become candidates until the next look: by then the reader of a file that was copied and
// truncated has noticed it.
void JailLogs::look_for_new(Pattern& pattern, bool thoroughly) {
  if (pattern.directory.empty() && !thoroughly) return;
  struct stat status {};
  if (!pattern.directory.empty() && ::stat(pattern.directory.c_str(), &status) != 0) return;
  const int64_t changed = nanoseconds_of(status.st_mtim);
  if (!pattern.directory.empty() && changed == pattern.changed) return;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  pattern.changed = nanoseconds_of(now) - changed > kSettled ? changed : -1;
  const std::vector<std::string> found = expand(pattern.text);
  const std::vector<std::string> known = paths();
  const std::set<std::string> known_set(known.begin(), known.end());
  size_t room = kMaxFilesOfPattern;
  for (const std::string& path : found) {
    if (room > 0) --room;
    if (room == 0) break;
    if (!known_set.contains(path) && !excluded_.contains(path)) candidates_.insert(path);
  }
  if (room > 0 || std::exchange(pattern.warned, true)) return;
  services_.log.write(base::LogLevel::warning, kLogger,
                      "[" + jail_ + "] more than " + std::to_string(kMaxFilesOfPattern) +
                          " files match " + pattern.text + ", the rest is not read");
}

void JailLogs::adopt(const std::string& path) {
  if (contains(paths(), path) || excluded_.contains(path)) return;
  sys::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd && errno == ENOENT) return;
  struct stat status {};
  const bool is_file = fd && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode);
  const auto origin = is_file ? origin_of(fd.get(), {status.st_dev, status.st_ino}, status.st_size)
                              : sys::LogTail::Origin{true};
  if (origin.elsewhere) {
    candidates_.insert(path);
  } else {
    const auto offset = origin.offset > 0 ? std::optional(origin.offset) : std::nullopt;
    follow(path, std::move(fd), offset, [] {});
  }
}

// Where a file that is new under its name goes on, after a rotation. An empty one may be the start
// of a copy.
sys::LogTail::Origin JailLogs::origin_of(int fd, const sys::LogTail::FileId& id,
                                         int64_t size) const {
  const auto holds = [&](const auto& reader) {
    return reader->tail().reads(id) || reader->tail().may_be_copied_to(fd, size);
  };
  if (size == 0 || std::any_of(readers_.begin(), readers_.end(), holds)) return {true};
  for (const auto& reader : readers_) {
    if (const auto offset = reader->tail().former_offset(fd)) return {false, *offset};
  }
  return {};
}

// Only what a pattern would find again.
void JailLogs::drop_gone() {
  for (const std::string& path : paths()) {
    const bool matches =
        std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
          return ::fnmatch(pattern.text.c_str(), path.c_str(),
                           FNM_PATHNAME | FNM_PERIOD | FNM_NOESCAPE) == 0;
        });
    struct stat status {};
    if (!matches || ::stat(path.c_str(), &status) == 0) {
      gone_.erase(path);
    } else if (++gone_[path] >= kLooksUntilGone) {
      gone_.erase(path);
      drop(path);
    }
  }
}

}  // namespace gaoler::server
