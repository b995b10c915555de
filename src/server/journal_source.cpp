#include "server/journal_source.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <glob.h>
#include <utility>

#include "base/text.h"

namespace gaoler::server {
namespace {

constexpr auto kTurn = std::chrono::milliseconds(5);
constexpr auto kHeartbeat = std::chrono::seconds(1);

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> files_of(const std::string& patterns) {
  std::vector<std::string> files;
  for (const std::string_view pattern : base::split_any(patterns, " ,\t\n")) {
    glob_t found{};
    if (::glob(std::string(pattern).c_str(), 0, nullptr, &found) == 0) {
      files.insert(files.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    ::globfree(&found);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace

sys::JournalOptions journal_options(const std::map<std::string, std::string>& options) {
  const auto option = [&](const char* name) {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  };
  sys::JournalOptions journal;
  journal.path = option("journalpath");
  journal.files = files_of(option("journalfiles"));
  journal.name_space = option("namespace");
  journal.flags = number_of(option("journalflags"));
  const char* flags = std::getenv("F2B_SYSTEMD_DEFAULT_FLAGS");
  if (!journal.flags && flags != nullptr && journal.path.empty() && journal.files.empty()) {
    journal.flags = number_of(flags);
  }
  return journal;
}

JournalSource::JournalSource(std::unique_ptr<sys::JournalReader> reader, Services& services)
    : reader_(std::move(reader)),
      services_(services),
      news_(services.loop),
      heartbeat_(services.loop) {}

void JournalSource::start(base::UnixTime from, EntrySink sink) {
  sink_ = std::move(sink);
  reader_->seek(from);
  // A copy: libsystemd closes its own.
  const int fd = reader_->descriptor();
  if (const int copy = fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 0); copy >= 0) {
    news_.assign(copy);
    wait();
  }
  beat();
  wake();
}

void JournalSource::stop() {
  sink_ = nullptr;
  heartbeat_.cancel();
  boost::system::error_code ignored;
  news_.close(ignored);
}

void JournalSource::pause(bool paused) {
  paused_ = paused;
  if (!paused) wake();
}

void JournalSource::wait() {
  news_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [weak = weak_from_this()](boost::system::error_code error) {
                     const auto self = weak.lock();
                     if (error || !self || !self->sink_) return;
                     self->reader_->process();
                     self->wake();
                     self->wait();
                   });
}

void JournalSource::beat() {
  heartbeat_.expires_after(kHeartbeat);
  heartbeat_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self || !self->sink_) return;
    self->wake();
    self->beat();
  });
}

void JournalSource::wake() {
  if (paused_ || !sink_ || std::exchange(scheduled_, true)) return;
  boost::asio::post(services_.loop, [self = shared_from_this()] {
    self->scheduled_ = false;
    self->turn();
  });
}

void JournalSource::turn() {
  const auto end = std::chrono::steady_clock::now() + kTurn;
  while (sink_ && !paused_) {
    const auto entry = reader_->next();
    if (!entry) {
      in_operation_ = true;
      return;
    }
    position_ = {entry->received, entry->date};
    sink_(*entry, in_operation_);
    if (std::chrono::steady_clock::now() >= end) return wake();
  }
}

}  // namespace gaoler::server
