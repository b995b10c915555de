#include "sys/file_watch.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <set>
#include <sys/inotify.h>
#include <utility>
#include <vector>

namespace gaoler::sys {
namespace {

namespace asio = boost::asio;

constexpr auto kHeartbeat = std::chrono::seconds(1);
constexpr std::string_view kLogger = "fail2ban.filterpyinotify";
constexpr uint32_t kFileEvents = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
constexpr uint32_t kDirectoryEvents = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;

struct SplitPath {
  std::string directory;
  std::string name;
};

SplitPath split_path(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

class FileWatch::Impl {
 public:
  Impl(asio::io_context& loop, base::LogSink& log) : log_(log), inotify_(loop), heartbeat_(loop) {
    const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) {
      log_.write(base::LogLevel::warning, kLogger,
                 std::string("inotify is not available (") + std::strerror(errno) +
                     "), log files are looked at once a second");
    } else {
      inotify_.assign(fd);
      wait_for_events();
    }
    beat();
  }

  Id add(const std::string& path, bool polling, Callback callback) {
    const Id id = ++last_id_;
    Entry& entry = entries_[id];
    entry.path = path;
    entry.polling = polling;
    entry.callback = std::move(callback);
    watch(id, entry);
    return id;
  }

  void remove(Id id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    drop(id, found->second.file_watch);
    drop(id, found->second.directory_watch);
    entries_.erase(found);
  }

  bool watches(Id id) const {
    const auto found = entries_.find(id);
    return found != entries_.end() && found->second.file_watch >= 0;
  }

  void stop() {
    heartbeat_.cancel();
    boost::system::error_code ignored;
    inotify_.close(ignored);
    stopped_ = true;
  }

 private:
  struct Entry {
    std::string path;
    bool polling = false;
    Callback callback;
    int file_watch = -1;
    int directory_watch = -1;
  };

  // Puts the watches of one path where they belong now; the file behind the path may have changed.
  void watch(Id id, Entry& entry) {
    if (entry.polling || !inotify_.is_open()) return;
    move_watch(id, entry.file_watch, entry.path, kFileEvents);
    move_watch(id, entry.directory_watch, split_path(entry.path).directory, kDirectoryEvents);
  }

  void move_watch(Id id, int& current, const std::string& path, uint32_t events) {
    const int fresh =
        ::inotify_add_watch(inotify_.native_handle(), path.c_str(), events | IN_MASK_ADD);
    if (fresh < 0 && errno == ENOSPC) warn_about_limit();
    if (fresh == current) return;
    drop(id, current);
    current = fresh;
    if (fresh >= 0) users_[fresh].insert(id);
  }

  void drop(Id id, int watch) {
    const auto found = users_.find(watch);
    if (found == users_.end()) return;
    found->second.erase(id);
    if (!found->second.empty()) return;
    users_.erase(found);
    if (inotify_.is_open()) ::inotify_rm_watch(inotify_.native_handle(), watch);
  }

  void warn_about_limit() {
    if (std::exchange(warned_about_limit_, true)) return;
    log_.write(base::LogLevel::warning, kLogger,
               "the limit of inotify watches is reached, log files are looked at once a second; "
               "raise fs.inotify.max_user_watches");
  }

  void wait_for_events() {
    inotify_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [this](boost::system::error_code error) {
                          if (error || stopped_) return;
                          read_events();
                          wait_for_events();
                        });
  }

  void read_events() {
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    std::set<Id> touched;
    while (true) {
      const ssize_t got = ::read(inotify_.native_handle(), buffer.data(), buffer.size());
      if (got <= 0) break;
      for (size_t at = 0; at < static_cast<size_t>(got);) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        collect(*event, touched);
        at += sizeof *event + event->len;
      }
    }
    for (const Id id : touched) call(id, Cause::event);
  }

  void collect(const inotify_event& event, std::set<Id>& touched) {
    if (event.mask & IN_Q_OVERFLOW) {
      for (const auto& [id, entry] : entries_) touched.insert(id);
      return;
    }
    const auto found = users_.find(event.wd);
    if (found == users_.end()) return;
    const std::vector<Id> users(found->second.begin(), found->second.end());
    for (const Id id : users) {
      Entry& entry = entries_.at(id);
      const bool is_directory = event.wd == entry.directory_watch;
      if (is_directory && event.len > 0 && split_path(entry.path).name != event.name) continue;
      if (is_directory || !(event.mask & IN_MODIFY)) watch(id, entry);
      touched.insert(id);
    }
    if (!(event.mask & IN_IGNORED)) return;
    users_.erase(event.wd);  // the kernel has dropped this watch and may give its number away again
    for (const Id id : users) {
      Entry& entry = entries_.at(id);
      if (entry.file_watch == event.wd) entry.file_watch = -1;
      if (entry.directory_watch == event.wd) entry.directory_watch = -1;
    }
  }

  void call(Id id, Cause cause) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    const Callback callback = found->second.callback;  // it may remove its own entry
    callback(cause);
  }

  void beat() {
    heartbeat_.expires_after(kHeartbeat);
    heartbeat_.async_wait([this](boost::system::error_code error) {
      if (error || stopped_) return;
      std::vector<Id> ids;
      for (auto& [id, entry] : entries_) {
        watch(id, entry);  // a link further up may lead elsewhere by now
        ids.push_back(id);
      }
      for (const Id id : ids) call(id, Cause::heartbeat);
      beat();
    });
  }

  base::LogSink& log_;
  asio::posix::stream_descriptor inotify_;
  asio::steady_timer heartbeat_;
  std::map<Id, Entry> entries_;
  std::map<int, std::set<Id>> users_;  // by inotify's number of a watch
  Id last_id_ = 0;
  bool warned_about_limit_ = false;
  bool stopped_ = false;
};

FileWatch::FileWatch(asio::io_context& loop, base::LogSink& log)
    : impl_(std::make_unique<Impl>(loop, log)) {}
FileWatch::~FileWatch() = default;
FileWatch::Id FileWatch::add(const std::string& path, bool polling, Callback callback) {
  return impl_->add(path, polling, std::move(callback));
}
void FileWatch::remove(Id id) {
  impl_->remove(id);
}
bool FileWatch::watches(Id id) const {
  return impl_->watches(id);
}
void FileWatch::stop() {
  impl_->stop();
}

}  // namespace gaoler::sys
