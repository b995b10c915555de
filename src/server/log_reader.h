// LogReader: one log file for one jail: follows it and hands out decoded lines.
//
// Owns the file's tail and its watch. Reading is done in bounded turns on the loop, so that
// commands are answered while a week of logs is read. Each jail has readers of its own: positions
// differ and a slow jail holds up nobody. Lines that are too old at the start are stepped over.
// Bytes that do not fit the encoding are replaced, with a warning once per file and day. What
// stands in the way of reading is said once. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/services.h"
#include "sys/log_tail.h"
#include "sys/text_decoder.h"

namespace gaoler::server {

class LogReader : public std::enable_shared_from_this<LogReader> {
 public:
  // The line, and whether the end of the file was reached once before it.
  using LineSink = std::function<void(std::string_view line, bool in_operation)>;

  // How old a decoded line is, of those there before the start.
  using Judge = std::function<sys::LineAge(std::string_view line)>;

  LogReader(std::string jail, std::string path, Services& services);

  const std::string& path() const { return tail_.path(); }
  const sys::LogTail& tail() const { return tail_; }
  void set_decoder(sys::TextDecoder decoder);
  void hold(sys::Fd opened) { tail_.hold(std::move(opened)); }
  void resume(const sys::LogTail::Position& stored) { tail_.resume(stored); }
  void set_origin(sys::LogTail::OriginOf origin) { tail_.set_origin(std::move(origin)); }
  void start_at_end();
  // From now on; the sink is called from the loop. polling: look once a second, without inotify.
  void start(bool polling, LineSink sink, Judge judge);
  void stop();
  // Between turns: nothing is read while paused (idle jails).
  void pause(bool paused);

  bool in_operation() const { return in_operation_; }
  // inotify was to tell of this file and does not, or cannot.
  bool polled() const;
  sys::LogTail::Position position() const { return tail_.position(); }
  // Whether it may be another one than at the last call.
  bool take_moved() { return std::exchange(moved_, false); }

 private:
  void on_watch(sys::FileWatch::Cause cause);
  void wake();
  void turn();
  bool skip_old_lines(std::chrono::steady_clock::time_point end);
  void say_problem();
  void count_unannounced();
  void hand_out(const sys::LogTail::Line& line);
  void warn_about_bytes(std::string_view line);

  std::string jail_;
  Services& services_;
  sys::LogTail tail_;
  sys::TextDecoder decoder_;
  std::string decoded_;
  LineSink sink_;
  Judge judge_;  // until its work is done
  std::optional<sys::FileWatch::Id> watch_;
  bool in_operation_ = false;
  bool polling_ = false;
  bool caught_up_ = false;     // the last turn reached the end of the file
  bool by_heartbeat_ = false;  // the next turn is the heartbeat's, after the end was reached
  int unannounced_ = 0;        // heartbeats in a row that found data no event had told of
  bool moved_ = true;
  bool scheduled_ = false;
  bool paused_ = false;
  base::UnixTime warned_ = 0;
  std::string problem_;  // as seen last
  int problem_seen_ = 0;
};

}  // namespace gaoler::server
