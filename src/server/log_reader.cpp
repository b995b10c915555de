#include "server/log_reader.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "base/utf8.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.filter";
constexpr base::Seconds kDay = 24 * 60 * 60;
// One turn on the loop; a whole buffer of the tail is always finished.
constexpr auto kTurn = std::chrono::milliseconds(5);
constexpr int kSilentHeartbeats = 3;
constexpr int kProblemLooks = 2;

}  // namespace

LogReader::LogReader(std::string jail, std::string path, Services& services)
    : jail_(std::move(jail)), services_(services), tail_(std::move(path)) {}

void LogReader::set_decoder(sys::TextDecoder decoder) {
  decoder_ = std::move(decoder);
  tail_.set_unit(decoder_.unit());
}

void LogReader::start_at_end() {
  tail_.start_at_end();
  in_operation_ = true;
}

void LogReader::start(bool polling, LineSink sink, Judge judge) {
  sink_ = std::move(sink);
  if (!in_operation_) judge_ = std::move(judge);
  polling_ = polling;
  watch_ = services_.watch.add(path(), polling, [weak = weak_from_this()](auto cause) {
    if (const auto self = weak.lock()) self->on_watch(cause);
  });
  wake();
}

void LogReader::stop() {
  if (watch_) services_.watch.remove(*watch_);
  watch_.reset();
  sink_ = nullptr;
}

void LogReader::pause(bool paused) {
  paused_ = paused;
  if (!paused) wake();
}

void LogReader::on_watch(sys::FileWatch::Cause cause) {
  if (cause == sys::FileWatch::Cause::event) {
    by_heartbeat_ = false;
    if (unannounced_ < kSilentHeartbeats) unannounced_ = 0;
  } else {
    by_heartbeat_ = caught_up_ && !polling_ && !tail_.has_old_files();
  }
  wake();
}

// The writer is outside of this kernel's view: a network mount, another layer of an overlay.
void LogReader::count_unannounced() {
  if (++unannounced_ != kSilentHeartbeats) return;
  services_.log.write(base::LogLevel::info, kLogger,
                      "[" + jail_ + "] " + path() +
                          " grows without inotify telling of it; it is looked at once a second");
}

bool LogReader::polled() const {
  if (!watch_ || polling_) return false;
  return unannounced_ >= kSilentHeartbeats || (caught_up_ && !services_.watch.watches(*watch_));
}

// One look is nothing: a rotation has two steps. The second one, a second later, is told.
void LogReader::say_problem() {
  const std::string now = tail_.problem();
  if (now != problem_) {
    if (now.empty() && problem_seen_ >= kProblemLooks) {
      services_.log.write(base::LogLevel::info, kLogger,
                          "[" + jail_ + "] " + path() + " can be read again");
    }
    problem_ = now;
    problem_seen_ = 0;
  }
  if (problem_.empty() || problem_seen_ >= kProblemLooks || ++problem_seen_ < kProblemLooks) return;
  services_.log.write(base::LogLevel::error, kLogger,
                      "[" + jail_ + "] Unable to open " + path() + ": " + problem_ +
                          "; it is tried again every second");
}

void LogReader::wake() {
  if (paused_ || !sink_ || std::exchange(scheduled_, true)) return;
  boost::asio::post(services_.loop, [self = shared_from_this()] {
    self->scheduled_ = false;
    self->turn();
  });
}

void LogReader::turn() {
  const auto end = std::chrono::steady_clock::now() + kTurn;
  const bool by_heartbeat = std::exchange(by_heartbeat_, false);
  bool found_lines = false;
  caught_up_ = false;
  if (judge_ && !skip_old_lines(end)) return wake();
  while (sink_ && !paused_) {
    const auto outcome =
        tail_.read(std::chrono::steady_clock::now(), [&](const sys::LogTail::Line& line) {
          found_lines = true;
          hand_out(line);
        });
    if (outcome != sys::LogTail::Outcome::more) {
      caught_up_ = outcome == sys::LogTail::Outcome::caught_up;
      if (by_heartbeat && found_lines) count_unannounced();
      in_operation_ = in_operation_ || caught_up_;
      say_problem();
      return;
    }
    moved_ = true;
    if (std::chrono::steady_clock::now() >= end) return wake();
  }
}

// Whether it is done.
bool LogReader::skip_old_lines(std::chrono::steady_clock::time_point end) {
  const auto age = [this](std::string_view line, bool big_endian) {
    return judge_(decoder_.decode(line, big_endian, decoded_).text);
  };
  while (sink_ && !paused_) {
    if (tail_.skip_old_lines(age)) {
      judge_ = nullptr;
      return true;
    }
    if (std::chrono::steady_clock::now() >= end) break;
  }
  return false;
}

void LogReader::hand_out(const sys::LogTail::Line& line) {
  if (!sink_) return;
  if (line.truncated) {
    services_.log.write(base::LogLevel::warning, kLogger,
                        "[" + jail_ + "] " + path() + ": a line is longer than " +
                            std::to_string(sys::LogTail::kMaxLineBytes) +
                            " bytes, the rest of it is not looked at");
  }
  const auto decoded = decoder_.decode(line.text, line.big_endian, decoded_);
  if (!decoded.clean) warn_about_bytes(decoded.text);
  sink_(decoded.text, in_operation_);
}

void LogReader::warn_about_bytes(std::string_view line) {
  const base::UnixTime now = services_.clock.now();
  if (now - warned_ < kDay) return;
  warned_ = now;
  constexpr size_t kShown = 200;
  services_.log.write(base::LogLevel::warning, kLogger,
                      "Error decoding line from '" + path() + "' with '" + decoder_.name() + "'.");
  services_.log.write(
      base::LogLevel::warning, kLogger,
      "[" + jail_ +
          "] bytes that do not fit are read as U+FFFD; set logencoding for this jail if "
          "its log has another encoding. The line: " +
          base::replace_invalid_utf8(line.substr(0, kShown)));
}

}  // namespace gaoler::server
