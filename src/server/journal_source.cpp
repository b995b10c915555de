#include "server/journal_source.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace gaoler::server {
namespace {

constexpr auto kTurn = std::chrono::milliseconds(5);
constexpr auto kHeartbeat = std::chrono::seconds(1);

constexpr int kBeatsPerLook = 3;

std::vector<JournalSource::FileId> ids_of(const sys::JournalOptions& options) {
  std::vector<JournalSource::FileId> ids;
  if (!options.only_written_to()) return ids;
  for (std::string& path : sys::files_written_to(options)) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) ids.emplace_back(std::move(path), status.st_ino);
  }
  return ids;
}

}  // namespace

base::Result<std::shared_ptr<JournalSource>> JournalSource::open(sys::JournalOptions options,
                                                                 Services& services) {
  std::vector<FileId> files = ids_of(options);
  auto reader = sys::JournalReader::open(options);
  if (!reader) return reader.error();
  std::shared_ptr<JournalSource> source(
      new JournalSource(std::move(options), std::move(*reader), services));
  source->files_ = std::move(files);
  return source;
}

JournalSource::JournalSource(sys::JournalOptions options,
                             std::unique_ptr<sys::JournalReader> reader, Services& services)
    : options_(std::move(options)),
      reader_(std::move(reader)),
      services_(services),
      news_(services.loop),
      heartbeat_(services.loop) {}

base::Result<void> JournalSource::set_matches(std::vector<sys::JournalMatch> matches) {
  matches_ = std::move(matches);
  if (successor_) (void)successor_->set_matches(matches_);  // as the reader says
  return reader_->set_matches(matches_);
}

void JournalSource::start(base::UnixTime from, EntrySink sink) {
  sink_ = std::move(sink);
  reader_->seek(from);
  use_descriptor();
  beat();
  wake();
}

void JournalSource::use_descriptor() {
  boost::system::error_code ignored;
  news_.close(ignored);
  // A copy: libsystemd closes its own.
  const int fd = reader_->descriptor();
  if (const int copy = fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 0); copy >= 0) {
    news_.assign(copy);
    wait();
  }
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
    self->look_for_rotation();
    self->wake();
    self->beat();
  });
}

void JournalSource::look_for_rotation() {
  if (!options_.only_written_to() || ++beats_ % kBeatsPerLook != 0 || successor_) return;
  std::vector<FileId> files = ids_of(options_);
  if (files == files_ || files.empty()) return;
  auto fresh = sys::JournalReader::open(options_);
  if (!fresh || !(*fresh)->set_matches(matches_)) return;  // it is tried again
  files_ = std::move(files);
  successor_ = std::move(*fresh);
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
    if (!entry && successor_) {
      successor_->seek_behind(*reader_);
      reader_ = std::move(successor_);
      use_descriptor();
      continue;
    }
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
