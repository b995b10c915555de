// LogReader: one log file for one jail: follows it and hands out decoded lines.
//
// Owns the file's tail and its watch. Reading is done in bounded turns on the loop, so that
// commands are answered while a week of logs is read. Each jail has readers of its own: positions
// differ and a slow jail holds up nobody. Bytes that do not fit the encoding are replaced, with a
// warning once per file and day. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/services.h"
#include "sys/log_tail.h"
#include "sys/text_decoder.h"

namespace gaoler::server {

class LogReader : public std::enable_shared_from_this<LogReader> {
 public:
  // The line, and whether the end of the file was reached once before it.
  using LineSink = std::function<void(std::string_view line, bool in_operation)>;

  LogReader(std::string jail, std::string path, Services& services);

  const std::string& path() const { return tail_.path(); }
  void set_decoder(sys::TextDecoder decoder);
  void resume(const sys::LogTail::Position& stored) { tail_.resume(stored); }
  void start_at_end();
  // From now on; the sink is called from the loop. polling: look once a second, without inotify.
  void start(bool polling, LineSink sink);
  void stop();
  // Between turns: nothing is read while paused (idle jails).
  void pause(bool paused);

  bool in_operation() const { return in_operation_; }
  sys::LogTail::Position position() const { return tail_.position(); }

 private:
  void on_watch(sys::FileWatch::Cause cause);
  void wake();
  void turn();
  void count_unannounced();
  void hand_out(const sys::LogTail::Line& line);
  void warn_about_bytes(std::string_view line);

  std::string jail_;
  Services& services_;
  sys::LogTail tail_;
  sys::TextDecoder decoder_;
  std::string decoded_;
  LineSink sink_;
  std::optional<sys::FileWatch::Id> watch_;
  bool in_operation_ = false;
  bool polling_ = false;
  bool caught_up_ = false;     // the last turn reached the end of the file
  bool by_heartbeat_ = false;  // the next turn is the heartbeat's, after the end was reached
  int unannounced_ = 0;        // heartbeats in a row that found data no event had told of
  bool scheduled_ = false;
  bool paused_ = false;
  base::UnixTime warned_ = 0;
};

}  // namespace gaoler::server
